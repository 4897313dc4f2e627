package io.clusterdb.tasks.orchestrator.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.WorkflowFilter;
import io.clusterdb.tasks.WorkflowStatus;
import io.clusterdb.tasks.client.RunJson;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.orchestrator.workflow.topology.WorkflowTopology;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds runs of workflows at whichever instance knows of them. Thread-safe. */
public final class RunQueries {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private final Cluster cluster;
  private final LocalRuns local;
  private final int partitions;

  /**
   * Creates it.
   *
   * @param commands the topic of commands to runs
   * @param partitions how many it has
   */
  public RunQueries(Cluster cluster, String commands, int partitions) {
    this.cluster = cluster;
    this.local = new LocalRuns(cluster::streams, commands);
    this.partitions = partitions;
  }

  /**
   * A run.
   *
   * @param wait how long to wait until it is known
   * @param forwarded whether another instance asks
   * @throws TasksException EXECUTION_NOT_FOUND
   * @throws Unavailable if its partition is on the move
   */
  public JsonNode find(String id, Duration wait, boolean forwarded) throws InterruptedException {
    return cluster.ask(
        WorkflowTopology.STORE,
        id,
        wait,
        forwarded,
        left -> "/v1/executions/" + JobQueries.encoded(id) + "?known=" + left.toMillis() + "ms",
        (partition, deadline) -> here(id, partition, deadline));
  }

  private @Nullable JsonNode here(String id, int partition, long deadline)
      throws InterruptedException {
    WorkflowStatus run = local.find(id, partition);
    while (run == null
        && local.owned().contains(partition)
        && cluster.ticker().getAsLong() < deadline) {
      Thread.sleep(LOOK_AGAIN);
      run = local.find(id, partition);
    }
    if (run != null) {
      return RunJson.of(run);
    }
    if (local.owned().contains(partition)) {
      throw new TasksException(
          ErrorCode.EXECUTION_NOT_FOUND,
          "expected a run of id %s, found none. Check the id; ended runs are forgotten after a time."
              .formatted(id));
    }
    return null;
  }

  /**
   * The part of a list that this instance has.
   *
   * @param cursor where the part before it ended; null for the start
   * @throws IllegalArgumentException if the cursor is none
   */
  public JsonNode listHere(WorkflowFilter filter, @Nullable String cursor, int limit) {
    return local.list(filter, cursor == null ? null : Cursor.parse(cursor), limit).json();
  }

  /**
   * A list over all instances, the newest runs first.
   *
   * @param query the question as it came, for the other instances
   * @throws IllegalArgumentException if the cursor is none
   * @throws Unavailable if a partition is on the move
   */
  public JsonNode list(WorkflowFilter filter, @Nullable String cursor, int limit, String query)
      throws InterruptedException {
    List<Slice> slices =
        cluster
            .askAll(
                WorkflowTopology.STORE,
                partitions,
                "/internal/executions?" + query,
                () -> listHere(filter, cursor, limit),
                Slice::partitions)
            .stream()
            .map(Slice::parse)
            .toList();
    Slice page = Slice.merge(slices, limit);
    ObjectNode node = Json.mapper().createObjectNode();
    ArrayNode runs = node.putArray("executions");
    page.items().forEach(item -> runs.add(item.job()));
    node.put("cursor", page.end() == null ? null : page.end().toString());
    return node;
  }
}
