package io.clusterdb.tasks.orchestrator.query;

import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.metrics.GaugeSet;
import io.clusterdb.tasks.metrics.Meters;
import io.clusterdb.tasks.metrics.QueueMetric;
import io.clusterdb.tasks.metrics.ServiceMetric;
import io.clusterdb.tasks.orchestrator.tracker.engine.QueueCounts;
import io.clusterdb.tasks.orchestrator.tracker.engine.TrackerCounts;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerViews;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Shows what this instance's partitions count of each queue of the catalog: nothing is asked of
 * anybody, so it costs as much as there are queues. Used by one thread.
 */
final class CountMeters implements AutoCloseable {
  private static final List<JobState> OPEN =
      List.of(JobState.QUEUED, JobState.RUNNING, JobState.SCHEDULED, JobState.RETRYING);

  private final Meters meters;
  private final TrackerViews views;
  private final GaugeSet gauges;
  private Map<QueueCounts, long[]> counted = new HashMap<>();
  private long skipped;

  CountMeters(Meters meters, TrackerViews views) {
    this.meters = meters;
    this.views = views;
    this.gauges = meters.gauges();
  }

  /** Shows them as they are now. */
  void look(Set<String> queues, boolean ready, long now) {
    Map<QueueCounts, long[]> next = new HashMap<>();
    for (String queue : queues) {
      List<QueueCounts> all = of(queue);
      for (QueueCounts counts : all) {
        next.put(counts, count(queue, counts));
      }
      show(queue, all, now);
    }
    counted = next;
    gauges.set(ServiceMetric.SERVICE_READY, ready ? 1 : 0, "orchestrator").publish();
    long left = views.skipped();
    meters.counter(QueueMetric.TRACKER_SKIPPED).increment((double) (left - skipped));
    skipped = left;
  }

  private List<QueueCounts> of(String queue) {
    List<QueueCounts> all = new ArrayList<>();
    for (TrackerCounts partition : views.counts().values()) {
      QueueCounts counts = partition.queue(queue);
      if (counts != null) {
        all.add(counts);
      }
    }
    return all;
  }

  /** A partition's totals begin anew with each owner, so what is counted is how much they grew. */
  private long[] count(String queue, QueueCounts counts) {
    long[] before = counted.getOrDefault(counts, new long[3]);
    long[] now = {counts.totalEnqueued(), counts.totalAttempts(), counts.totalFailures()};
    if (!Arrays.equals(before, now)) {
      meters.counter(QueueMetric.JOBS_ENQUEUED, queue).increment((double) (now[0] - before[0]));
      meters.counter(QueueMetric.QUEUE_ATTEMPTS, queue).increment((double) (now[1] - before[1]));
      meters
          .counter(QueueMetric.QUEUE_FAILED_ATTEMPTS, queue)
          .increment((double) (now[2] - before[2]));
    }
    return now;
  }

  private void show(String queue, List<QueueCounts> all, long now) {
    long attempts = 0;
    long failures = 0;
    for (QueueCounts counts : all) {
      attempts += counts.attempts().count60(now);
      failures += counts.failures().count60(now);
    }
    double rate = attempts == 0 ? 0 : Math.min(1, (double) failures / attempts);
    gauges.set(QueueMetric.ERROR_RATE, rate, queue);
    for (JobState state : OPEN) {
      long depth = 0;
      for (QueueCounts counts : all) {
        for (Priority lane : Priority.values()) {
          depth += counts.count(lane, state);
        }
      }
      gauges.set(QueueMetric.QUEUE_DEPTH, depth, queue, state.name().toLowerCase(Locale.ROOT));
    }
  }

  @Override
  public void close() {
    gauges.close();
  }
}
