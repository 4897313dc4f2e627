package io.clusterdb.tasks.client;

import io.clusterdb.tasks.metrics.Meters;
import io.clusterdb.tasks.metrics.QueueMetric;
import io.micrometer.core.instrument.Counter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Counts jobs that the broker has; nothing without meters. Thread-safe. */
final class SentJobs {
  private final @Nullable Meters meters;
  private final Map<String, Counter> counters = new ConcurrentHashMap<>();

  SentJobs(@Nullable Meters meters) {
    this.meters = meters;
  }

  /** Counts one of a queue of the catalog. */
  void count(String queue) {
    if (meters != null) {
      counters
          .computeIfAbsent(queue, name -> meters.counter(QueueMetric.JOBS_SENT, name))
          .increment();
    }
  }
}
