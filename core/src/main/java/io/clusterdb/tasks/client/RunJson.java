package io.clusterdb.tasks.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.WorkflowEventInfo;
import io.clusterdb.tasks.WorkflowStatus;
import io.clusterdb.tasks.WorkflowStatus.TaskStatus;
import io.clusterdb.tasks.WorkflowTaskState;
import io.clusterdb.tasks.codec.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Runs of workflows as the API and scripts see them. Pure. */
public final class RunJson {
  private RunJson() {}

  /**
   * {@code {id, workflow, version, state, input, output, error, startedAt, finishedAt, tasks:
   * [{name, state, attempt, startedAt, finishedAt, output, error, dependsOn}]}}, all of them always
   * there; {@code items} and {@code done} with a fan-out.
   */
  public static ObjectNode of(WorkflowStatus run) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("id", run.id()).put("workflow", run.workflow()).put("version", run.version());
    node.put("state", run.state().name());
    node.set("input", run.input());
    node.set("output", run.output());
    node.set("error", error(run.error()));
    node.put("startedAt", run.startedAt().toString());
    node.put("finishedAt", text(run.finishedAt()));
    ArrayNode tasks = node.putArray("tasks");
    run.tasks().forEach(task -> tasks.add(task(task)));
    return node;
  }

  private static ObjectNode task(TaskStatus task) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("name", task.name()).put("state", task.state().name());
    node.put("attempt", task.attempt());
    node.put("startedAt", text(task.startedAt())).put("finishedAt", text(task.finishedAt()));
    node.set("output", task.output());
    node.set("error", error(task.error()));
    ArrayNode before = node.putArray("dependsOn");
    task.dependsOn().forEach(before::add);
    if (task.items() != null) {
      node.put("items", task.items()).put("done", task.done());
    }
    return node;
  }

  /** What {@link #of} wrote. */
  public static WorkflowStatus parse(JsonNode node) {
    List<TaskStatus> tasks = new ArrayList<>();
    node.path("tasks").forEach(task -> tasks.add(parseTask(task)));
    return new WorkflowStatus(
        node.path("id").asText(),
        node.path("workflow").asText(),
        node.path("version").asText(),
        RunState.valueOf(node.path("state").asText()),
        value(node, "input"),
        value(node, "output"),
        failure(node.path("error")),
        Objects.requireNonNull(time(node, "startedAt")),
        time(node, "finishedAt"),
        tasks);
  }

  private static TaskStatus parseTask(JsonNode node) {
    List<String> before = new ArrayList<>();
    node.path("dependsOn").forEach(each -> before.add(each.asText()));
    JsonNode items = node.path("items");
    return new TaskStatus(
        node.path("name").asText(),
        WorkflowTaskState.valueOf(node.path("state").asText()),
        node.path("attempt").asInt(),
        time(node, "startedAt"),
        time(node, "finishedAt"),
        value(node, "output"),
        failure(node.path("error")),
        items.isNumber() ? items.asInt() : null,
        items.isNumber() ? node.path("done").asInt() : null,
        before);
  }

  /** {@code {at, sequence, kind, …}}, with what the kind of event says beyond that. */
  public static ObjectNode of(WorkflowEventInfo event) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("at", event.at().toString()).put("sequence", event.sequence());
    node.put("kind", event.kind());
    put(node, "task", event.task());
    putNumber(node, "index", event.index());
    putNumber(node, "attempt", event.attempt());
    put(node, "state", event.state());
    put(node, "jobId", event.jobId());
    putNumber(node, "count", event.count());
    put(node, "signal", event.signal());
    if (!event.tasks().isEmpty()) {
      ArrayNode tasks = node.putArray("tasks");
      event.tasks().forEach(tasks::add);
    }
    if (event.data() != null) {
      node.set("data", event.data());
    }
    if (event.error() != null) {
      node.set("error", error(event.error()));
    }
    put(node, "due", event.due());
    if (event.continues()) {
      node.put("continues", true);
    }
    return node;
  }

  private static void put(ObjectNode node, String field, @Nullable Object value) {
    if (value != null) {
      node.put(field, value.toString());
    }
  }

  private static void putNumber(ObjectNode node, String field, @Nullable Integer value) {
    if (value != null) {
      node.put(field, value);
    }
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }

  private static @Nullable ObjectNode error(@Nullable JobFailure error) {
    return error == null
        ? null
        : Json.mapper()
            .createObjectNode()
            .put("type", error.type())
            .put("message", error.message());
  }

  private static @Nullable JobFailure failure(JsonNode node) {
    return node.isObject()
        ? new JobFailure(node.path("type").asText(), node.path("message").asText())
        : null;
  }

  private static @Nullable JsonNode value(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isMissingNode() || value.isNull() ? null : value;
  }

  private static @Nullable Instant time(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isTextual() ? Instant.parse(value.asText()) : null;
  }
}
