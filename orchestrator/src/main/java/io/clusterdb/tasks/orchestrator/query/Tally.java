package io.clusterdb.tasks.orchestrator.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.orchestrator.tracker.engine.QueueCounts;
import io.clusterdb.tasks.orchestrator.tracker.engine.RateWindow;
import io.clusterdb.tasks.orchestrator.tracker.engine.TrackerCounts;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Sums what the partitions count of a queue. Of one thread. */
final class Tally {
  private final Map<JobState, Long> byState = new EnumMap<>(JobState.class);
  private final Map<Priority, Long> byLane = new EnumMap<>(Priority.class);
  private long enqueued;
  private long finished;
  private long attempts;
  private long failures;

  /** What this instance's partitions count of a queue, each by itself, for {@link #of}. */
  static JsonNode here(String queue, Map<Integer, TrackerCounts> owned, long now) {
    ObjectNode node = Json.mapper().createObjectNode();
    ObjectNode partitions = node.putObject("partitions");
    owned.forEach(
        (partition, counts) ->
            partitions.set(Integer.toString(partition), json(counts.queue(queue), now)));
    return node;
  }

  /** What this instance's partitions count of each queue, for {@link #of(List, String)}. */
  static JsonNode here(Map<Integer, TrackerCounts> owned, long now) {
    ObjectNode node = Json.mapper().createObjectNode();
    ObjectNode partitions = node.putObject("partitions");
    owned.forEach(
        (partition, counts) -> {
          ObjectNode queues = partitions.putObject(Integer.toString(partition));
          counts.queues().forEach((name, each) -> queues.set(name, json(each, now)));
        });
    return node;
  }

  private static ObjectNode json(@Nullable QueueCounts counts, long now) {
    ObjectNode node = Json.mapper().createObjectNode();
    if (counts != null) {
      for (Priority lane : Priority.values()) {
        ObjectNode states = node.putObject(lane.lane());
        for (JobState state : JobState.values()) {
          states.put(state.name(), counts.count(lane, state));
        }
      }
      node.put("enqueued", counts.enqueued().count60(now));
      node.put("finished", counts.finished().count60(now));
      node.put("attempts", counts.attempts().count60(now));
      node.put("failures", counts.failures().count60(now));
    }
    return node;
  }

  /** The partitions that such a node speaks of. */
  static Set<Integer> partitions(JsonNode node) {
    Set<Integer> partitions = new TreeSet<>();
    node.path("partitions")
        .fieldNames()
        .forEachRemaining(name -> partitions.add(Integer.parseInt(name)));
    return partitions;
  }

  /** The sum of all; a partition that two speak of, since it moved, counts once. */
  static Tally of(List<JsonNode> answers) {
    return sum(answers, partition -> partition);
  }

  /** As {@link #of(List)}, of one queue where the answers speak of every queue. */
  static Tally of(List<JsonNode> answers, String queue) {
    return sum(answers, partition -> partition.path(queue));
  }

  private static Tally sum(List<JsonNode> answers, UnaryOperator<JsonNode> part) {
    Tally tally = new Tally();
    Set<String> seen = new HashSet<>();
    for (JsonNode answer : answers) {
      answer
          .path("partitions")
          .properties()
          .forEach(
              each -> {
                if (seen.add(each.getKey())) {
                  tally.add(part.apply(each.getValue()));
                }
              });
    }
    return tally;
  }

  private void add(JsonNode partition) {
    for (Priority lane : Priority.values()) {
      JsonNode states = partition.path(lane.lane());
      for (JobState state : JobState.values()) {
        long count = states.path(state.name()).asLong();
        byState.merge(state, count, Long::sum);
        if (state == JobState.QUEUED || state == JobState.RUNNING) {
          byLane.merge(lane, count, Long::sum);
        }
      }
    }
    enqueued += partition.path("enqueued").asLong();
    finished += partition.path("finished").asLong();
    attempts += partition.path("attempts").asLong();
    failures += partition.path("failures").asLong();
  }

  Map<JobState, Long> byState() {
    return byState;
  }

  /** Jobs in the queue that are not done. */
  Map<Priority, Long> byLane() {
    return byLane;
  }

  double enqueuedPerSecond() {
    return perSecond(enqueued);
  }

  double finishedPerSecond() {
    return perSecond(finished);
  }

  double errorRate() {
    return attempts == 0 ? 0 : Math.min(1, (double) failures / attempts);
  }

  private static double perSecond(long inWindow) {
    return (double) inWindow / RateWindow.SECONDS;
  }
}
