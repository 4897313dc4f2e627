package io.clusterdb.tasks.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.PageRequest;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.WorkflowFilter;
import io.clusterdb.tasks.WorkflowPage;
import io.clusterdb.tasks.WorkflowStatus;
import io.clusterdb.tasks.workflow.ExecutionIds;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks the orchestrator's API for the states of runs. Thread-safe. */
final class ApiRuns {
  private final ApiClient api;

  ApiRuns(ApiClient api) {
    this.api = api;
  }

  WorkflowStatus status(String id) {
    return RunJson.parse(api.call(ApiRequest.get("v1", "executions", ExecutionIds.check(id))));
  }

  WorkflowPage list(WorkflowFilter filter, PageRequest page) {
    JsonNode answer =
        api.call(
            ApiRequest.get("v1", "executions")
                .query("workflow", filter.workflow())
                .query("state", states(filter))
                .query("from", filter.from())
                .query("to", filter.to())
                .query("limit", page.limit())
                .query("cursor", page.cursor()));
    List<WorkflowStatus> runs = new ArrayList<>();
    answer.path("executions").forEach(run -> runs.add(RunJson.parse(run)));
    JsonNode cursor = answer.path("cursor");
    return new WorkflowPage(runs, cursor.isTextual() ? cursor.asText() : null);
  }

  private static @Nullable String states(WorkflowFilter filter) {
    return filter.states().isEmpty()
        ? null
        : filter.states().stream().map(RunState::name).sorted().collect(Collectors.joining(","));
  }
}
