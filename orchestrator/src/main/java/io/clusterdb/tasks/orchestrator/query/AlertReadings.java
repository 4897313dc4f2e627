package io.clusterdb.tasks.orchestrator.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.AlertConfig;
import io.clusterdb.tasks.AlertLimits;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Tracking;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.orchestrator.alerts.engine.Reading;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerParts;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerViews;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How all queues are getting on, as far as alerts ask for it: from the counts of all instances, and
 * from the brokers only what limits are set on. {@link #here} may be called by any thread, the rest
 * by one.
 */
public final class AlertReadings implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AlertReadings.class);
  private static final Duration SAMPLE_AGAIN = Duration.ofSeconds(5);

  private final Cluster cluster;
  private final TrackerViews views;
  private final TasksRuntime runtime;
  private final int partitions;
  private final Probe probe;
  private final Map<String, Sampled> samples = new HashMap<>();

  private record Sampled(Sample sample, long at) {}

  /**
   * Creates it.
   *
   * @param partitions how many the tracker has
   * @param facts the topic between the tracker's two halves
   */
  public AlertReadings(
      Cluster cluster, TrackerViews views, TasksRuntime runtime, int partitions, String facts) {
    this.cluster = cluster;
    this.views = views;
    this.runtime = runtime;
    this.partitions = partitions;
    this.probe = new Probe(runtime, facts);
  }

  /** What this instance's partitions count of every queue of the catalog. */
  public JsonNode here() {
    Set<String> queues = runtime.catalog().current().queues().keySet();
    return Levels.here(queues, views.counts(), runtime.clock().millis());
  }

  /** What is known of every queue, by name; a queue of which nothing is known is absent. */
  public Map<String, Reading> of(AlertConfig config) throws InterruptedException {
    CatalogSnapshot catalog = runtime.catalog().current();
    Levels levels = levels();
    samples.keySet().retainAll(catalog.queues().keySet());
    Map<String, Reading> readings = new HashMap<>();
    boolean reachable = true;
    for (Queue queue : catalog.queues().values()) {
      boolean tracked = queue.tracking() == Tracking.FULL;
      Sample sample = null;
      if (reachable && asksBrokers(config.of(queue.name()), tracked)) {
        try {
          sample = sample(queue.name());
        } catch (TasksException e) {
          log.debug("Queue {} could not be looked at, and is again in a moment", queue.name(), e);
          reachable = e.code() != ErrorCode.UNREACHABLE; // or each waits for the limit
        }
      }
      boolean paused = catalog.paused().contains(queue.name());
      readings.put(queue.name(), reading(queue.name(), paused, tracked ? levels : null, sample));
    }
    return readings;
  }

  private static boolean asksBrokers(AlertLimits limits, boolean tracked) {
    return limits.ageThreshold() != null
        || Boolean.TRUE.equals(limits.noWorkers())
        || (!tracked && limits.queueThreshold() != null);
  }

  private Reading reading(
      String queue, boolean paused, @Nullable Levels levels, @Nullable Sample sample) {
    Long depth = levels == null ? depth(sample) : levels.depth(queue);
    return new Reading(
        paused,
        depth,
        levels == null ? Double.valueOf(0) : levels.errorRate(queue),
        sample == null ? null : age(sample),
        sample == null ? null : Integer.valueOf(sample.workers()));
  }

  private static @Nullable Long depth(@Nullable Sample sample) {
    return sample == null
        ? null
        : Long.valueOf(sample.depths().values().stream().mapToLong(Long::longValue).sum());
  }

  private @Nullable Double age(Sample sample) {
    Long oldest = sample.oldest();
    if (oldest != null) {
      return Math.max(0, runtime.clock().millis() - oldest) / 1_000.0;
    }
    Long depth = depth(sample);
    return depth != null && depth == 0 ? Double.valueOf(0) : null;
  }

  private Sample sample(String queue) {
    long now = cluster.ticker().getAsLong();
    Sampled known = samples.get(queue);
    if (known == null || now - known.at() >= SAMPLE_AGAIN.toNanos()) {
      samples.remove(queue);
      known = new Sampled(probe.of(queue), now);
      samples.put(queue, known);
    }
    return known.sample();
  }

  /** Of all partitions or of none: while one moves, counts are too low. */
  private Levels levels() throws InterruptedException {
    try {
      return Levels.of(
          cluster.askAll(
              TrackerParts.JOBS, partitions, "/internal/levels", this::here, Tally::partitions));
    } catch (Unavailable e) {
      log.debug("Not all partitions of the tracker can be asked now", e);
      return Levels.UNKNOWN;
    }
  }

  @Override
  public void close() {
    probe.close();
  }
}
