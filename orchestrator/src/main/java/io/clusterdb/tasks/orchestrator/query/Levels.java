package io.clusterdb.tasks.orchestrator.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.orchestrator.tracker.engine.QueueCounts;
import io.clusterdb.tasks.orchestrator.tracker.engine.TrackerCounts;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Depth, attempts and failures of all queues, in as few bytes as will do: {@code {partitions: {0:
 * {queue: [depth, attempts, failures]}}}}, without queues that have none of them. Of one thread.
 */
final class Levels {
  /** Nothing is known. */
  static final Levels UNKNOWN = new Levels(null);

  private static final int DEPTH = 0;
  private static final int ATTEMPTS = 1;
  private static final int FAILURES = 2;

  private final @Nullable Map<String, long[]> byQueue;

  private Levels(@Nullable Map<String, long[]> byQueue) {
    this.byQueue = byQueue;
  }

  static JsonNode here(Set<String> queues, Map<Integer, TrackerCounts> owned, long now) {
    ObjectNode node = Json.mapper().createObjectNode();
    ObjectNode partitions = node.putObject("partitions");
    owned.forEach(
        (partition, counts) -> {
          ObjectNode each = partitions.putObject(Integer.toString(partition));
          queues.forEach(queue -> put(each, queue, counts.queue(queue), now));
        });
    return node;
  }

  private static void put(ObjectNode node, String queue, @Nullable QueueCounts counts, long now) {
    if (counts == null) {
      return;
    }
    long depth = 0;
    for (Priority lane : Priority.values()) {
      depth += counts.count(lane, JobState.QUEUED) + counts.count(lane, JobState.RUNNING);
    }
    long attempts = counts.attempts().count60(now);
    long failures = counts.failures().count60(now);
    if (depth != 0 || attempts != 0 || failures != 0) {
      ArrayNode numbers = node.putArray(queue);
      numbers.add(depth).add(attempts).add(failures);
    }
  }

  /** The sum of all; a partition that two speak of, since it moved, counts once. */
  static Levels of(List<JsonNode> answers) {
    Map<String, long[]> sums = new HashMap<>();
    Set<String> seen = new HashSet<>();
    for (JsonNode answer : answers) {
      answer
          .path("partitions")
          .properties()
          .forEach(
              partition -> {
                if (seen.add(partition.getKey())) {
                  partition
                      .getValue()
                      .properties()
                      .forEach(queue -> add(sums, queue.getKey(), queue.getValue()));
                }
              });
    }
    return new Levels(sums);
  }

  private static void add(Map<String, long[]> sums, String queue, JsonNode numbers) {
    long[] sum = sums.computeIfAbsent(queue, name -> new long[3]);
    for (int i = 0; i < sum.length; i++) {
      sum[i] += numbers.path(i).asLong();
    }
  }

  /** Jobs that wait or run; null where it is not known. */
  @Nullable Long depth(String queue) {
    return byQueue == null ? null : Long.valueOf(of(byQueue, queue)[DEPTH]);
  }

  /** Part of the attempts of the last minute that failed; null where it is not known. */
  @Nullable Double errorRate(String queue) {
    if (byQueue == null) {
      return null;
    }
    long[] sum = of(byQueue, queue);
    return sum[ATTEMPTS] == 0
        ? Double.valueOf(0)
        : Double.valueOf(Math.min(1, (double) sum[FAILURES] / sum[ATTEMPTS]));
  }

  private static long[] of(Map<String, long[]> all, String queue) {
    return all.getOrDefault(queue, new long[3]);
  }
}
