package io.clusterdb.tasks.orchestrator.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.orchestrator.tracker.engine.BatchRow;
import io.clusterdb.tasks.orchestrator.tracker.topology.BatchKeys;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerParts;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Finds batches at whichever instance counts them. Thread-safe. */
public final class BatchQueries {
  private static final Duration AGAIN = Duration.ofMillis(50);

  private final Cluster cluster;

  /** Asks these instances. */
  public BatchQueries(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * How a batch is getting on.
   *
   * @param complete whether to wait until all of its jobs have ended, not only until it is known
   * @param wait how long to wait for that
   * @param forwarded whether another instance asks
   * @throws TasksException JOB_NOT_FOUND if no job of it is known
   * @throws Unavailable if its partition is on the move
   */
  public JsonNode find(String batch, boolean complete, Duration wait, boolean forwarded)
      throws InterruptedException {
    return cluster.ask(
        TrackerParts.BATCHES,
        batch,
        wait,
        forwarded,
        left ->
            "/v1/batches/%s?wait=%dms&until=%s"
                .formatted(
                    URLEncoder.encode(batch, StandardCharsets.UTF_8).replace("+", "%20"),
                    left.toMillis(),
                    complete ? "complete" : "known"),
        (partition, deadline) -> here(batch, complete, partition, deadline));
  }

  private JsonNode here(String batch, boolean complete, int partition, long deadline)
      throws InterruptedException {
    BatchRow row = row(batch, partition);
    while ((row == null || (complete && !row.complete()))
        && deadline - cluster.ticker().getAsLong() > 0) {
      Thread.sleep(AGAIN);
      row = row(batch, partition);
    }
    if (row == null) {
      throw new TasksException(
          ErrorCode.JOB_NOT_FOUND,
          "expected jobs of batch %s, found none. They were not enqueued, or the batch has been forgotten since it ended long ago, or their queues are not tracked."
              .formatted(batch));
    }
    return json(batch, row);
  }

  private @Nullable BatchRow row(String batch, int partition) {
    ReadOnlyKeyValueStore<byte[], byte[]> store =
        cluster
            .streams()
            .store(
                StoreQueryParameters.fromNameAndType(
                        TrackerParts.BATCHES, QueryableStoreTypes.<byte[], byte[]>keyValueStore())
                    .withPartition(partition)
                    .enableStaleStores());
    byte[] bytes = store.get(BatchKeys.row(batch));
    return bytes == null ? null : BatchRow.read(bytes);
  }

  private static JsonNode json(String batch, BatchRow row) {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("id", batch);
    json.put("total", row.total() < 0 ? null : row.total());
    json.put("done", row.done());
    json.put("complete", row.complete());
    ObjectNode states = json.putObject("byState");
    for (JobState state : JobState.values()) {
      states.put(state.name(), row.byState().getOrDefault(state, 0L));
    }
    return json;
  }
}
