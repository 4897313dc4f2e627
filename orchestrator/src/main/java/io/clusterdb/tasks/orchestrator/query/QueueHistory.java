package io.clusterdb.tasks.orchestrator.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.orchestrator.tracker.engine.QueueCounts;
import io.clusterdb.tasks.orchestrator.tracker.engine.TrackerCounts;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerParts;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerViews;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How queues got on over the last hour, as the tracker saw it: in memory only, each instance that
 * of its partitions since it has had them. Thread-safe.
 */
public final class QueueHistory {
  /** Most queues that are remembered; the names come from the log. */
  private static final int MOST = 1_000;

  private final Cluster cluster;
  private final TrackerViews views;
  private final int partitions;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Series> series = new HashMap<>();
  private IdentityHashMap<QueueCounts, long[]> before = new IdentityHashMap<>();

  /**
   * Starts with nothing.
   *
   * @param partitions how many the tracker has
   */
  public QueueHistory(Cluster cluster, TrackerViews views, int partitions, InstantSource clock) {
    this.cluster = cluster;
    this.views = views;
    this.partitions = partitions;
    this.clock = clock;
  }

  /** Remembers what is new; to be called several times within a step. */
  public void look() {
    Map<String, long[]> news = new HashMap<>();
    IdentityHashMap<QueueCounts, long[]> after = new IdentityHashMap<>();
    for (TrackerCounts partition : views.counts().values()) {
      partition
          .queues()
          .forEach(
              (queue, counts) -> {
                long[] totals = totals(counts);
                add(
                    news.computeIfAbsent(queue, name -> new long[Series.NAMES.length]),
                    totals,
                    before.get(counts));
                after.put(counts, totals);
              });
    }
    lock.lock();
    try {
      before = after;
      long step = Series.step(clock.millis());
      news.forEach(
          (queue, values) -> {
            if (series.size() < MOST || series.containsKey(queue)) {
              series.computeIfAbsent(queue, name -> new Series()).add(step, values);
            }
          });
    } finally {
      lock.unlock();
    }
  }

  private static long[] totals(QueueCounts counts) {
    long depth = 0;
    for (Priority lane : Priority.values()) {
      depth += counts.count(lane, JobState.QUEUED) + counts.count(lane, JobState.RUNNING);
    }
    return new long[] {
      depth,
      counts.totalEnqueued(),
      counts.totalFinished(),
      counts.totalAttempts(),
      counts.totalFailures(),
      counts.totalWaited(),
      counts.totalWaits()
    };
  }

  /** A partition's totals begin anew with each owner: what counts is how much they grew. */
  private static void add(long[] sum, long[] totals, long @Nullable [] earlier) {
    sum[Series.DEPTH] += totals[Series.DEPTH];
    for (int i = Series.ENQUEUED; i < sum.length; i++) {
      sum[i] += totals[i] - (earlier == null ? 0 : earlier[i]);
    }
  }

  /**
   * What this instance remembers.
   *
   * @param queue this queue only; null for all
   * @param steps how many steps
   */
  public JsonNode here(@Nullable String queue, int steps) {
    ObjectNode node = Json.mapper().createObjectNode();
    ArrayNode owned = node.putArray("partitions");
    views.counts().keySet().forEach(owned::add);
    long last = Series.step(clock.millis());
    node.put("last", last);
    ObjectNode queues = node.putObject("queues");
    lock.lock();
    try {
      series.forEach(
          (name, each) -> {
            if (queue == null || queue.equals(name)) {
              queues.set(name, each.json(last, steps));
            }
          });
    } finally {
      lock.unlock();
    }
    return node;
  }

  /**
   * What all instances remember.
   *
   * @param query the question as it came, for the other instances
   * @throws Unavailable if a partition is on the move
   */
  public JsonNode all(@Nullable String queue, int steps, String query) throws InterruptedException {
    List<JsonNode> answers =
        cluster.askAll(
            TrackerParts.JOBS,
            partitions,
            "/internal/history?" + query,
            () -> here(queue, steps),
            QueueHistory::partitionsOf);
    long last = Series.step(clock.millis());
    Map<String, Sum> sums = new TreeMap<>();
    for (JsonNode answer : answers) {
      long shift = last - answer.path("last").asLong();
      answer
          .path("queues")
          .properties()
          .forEach(
              each ->
                  sums.computeIfAbsent(each.getKey(), name -> new Sum(steps))
                      .add(each.getValue(), shift));
    }
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("stepSeconds", Series.STEP);
    node.put("until", Instant.ofEpochSecond((last + 1) * Series.STEP).toString());
    ObjectNode queues = node.putObject("queues");
    sums.forEach((name, sum) -> queues.set(name, sum.json()));
    return node;
  }

  private static Set<Integer> partitionsOf(JsonNode answer) {
    Set<Integer> found = new TreeSet<>();
    answer.path("partitions").forEach(each -> found.add(each.asInt()));
    return found;
  }

  /** Adds up what instances say, whose clocks may be a step apart. */
  private static final class Sum {
    private final @Nullable Long[][] values;

    Sum(int steps) {
      this.values = new @Nullable Long[Series.NAMES.length][steps];
    }

    void add(JsonNode said, long shift) {
      for (int i = 0; i < values.length; i++) {
        JsonNode array = said.path(Series.NAMES[i]);
        for (int at = 0; at < values[i].length; at++) {
          JsonNode value = array.path((int) Math.clamp(at + shift, -1L, array.size()));
          if (value.isNumber()) {
            Long so = values[i][at];
            values[i][at] = (so == null ? 0 : so) + value.asLong();
          }
        }
      }
    }

    ObjectNode json() {
      ObjectNode node = Json.mapper().createObjectNode();
      for (int i = 0; i < Series.WAITED; i++) {
        ArrayNode array = node.putArray(Series.NAMES[i]);
        for (@Nullable Long each : values[i]) {
          array.add(each);
        }
      }
      ArrayNode waits = node.putArray("waitMs");
      for (int at = 0; at < values[Series.WAITS].length; at++) {
        Long waited = values[Series.WAITED][at];
        Long count = values[Series.WAITS][at];
        if (waited == null || count == null || count == 0) {
          waits.addNull();
        } else {
          waits.add(waited / count);
        }
      }
      return node;
    }
  }
}
