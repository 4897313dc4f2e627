package io.clusterdb.tasks.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.QueueStats;
import io.clusterdb.tasks.codec.Json;
import java.util.EnumMap;
import java.util.Map;

/** How queues are getting on as the API and scripts see it. Pure. */
public final class StatsJson {
  private StatsJson() {}

  /**
   * {@code {queue, paused, depth, byState, byLane, oldestAgeSeconds, enqueuedPerSecond,
   * finishedPerSecond, errorRate, workers, partitions, lag, trackerLag}}, with every state and
   * every lane.
   */
  public static ObjectNode of(QueueStats stats) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("queue", stats.queue()).put("paused", stats.paused()).put("depth", stats.depth());
    ObjectNode states = node.putObject("byState");
    for (JobState state : JobState.values()) {
      states.put(state.name(), stats.byState().getOrDefault(state, 0L));
    }
    ObjectNode lanes = node.putObject("byLane");
    for (Priority lane : Priority.values()) {
      lanes.put(lane.lane(), stats.byLane().getOrDefault(lane, 0L));
    }
    node.put("oldestAgeSeconds", stats.oldestAgeSeconds());
    node.put("enqueuedPerSecond", stats.enqueuedPerSecond());
    node.put("finishedPerSecond", stats.finishedPerSecond());
    node.put("errorRate", stats.errorRate());
    node.put("workers", stats.workers()).put("partitions", stats.partitions());
    node.put("lag", stats.lag()).put("trackerLag", stats.trackerLag());
    return node;
  }

  /** What {@link #of} wrote. */
  public static QueueStats parse(JsonNode node) {
    Map<JobState, Long> states = new EnumMap<>(JobState.class);
    for (JobState state : JobState.values()) {
      states.put(state, node.path("byState").path(state.name()).asLong());
    }
    Map<Priority, Long> lanes = new EnumMap<>(Priority.class);
    for (Priority lane : Priority.values()) {
      lanes.put(lane, node.path("byLane").path(lane.lane()).asLong());
    }
    JsonNode oldest = node.path("oldestAgeSeconds");
    return new QueueStats(
        node.path("queue").asText(),
        node.path("paused").asBoolean(),
        node.path("depth").asLong(),
        states,
        lanes,
        oldest.isNumber() ? oldest.asDouble() : null,
        node.path("enqueuedPerSecond").asDouble(),
        node.path("finishedPerSecond").asDouble(),
        node.path("errorRate").asDouble(),
        node.path("workers").asInt(),
        node.path("partitions").asInt(),
        node.path("lag").asLong(),
        node.path("trackerLag").asLong());
  }
}
