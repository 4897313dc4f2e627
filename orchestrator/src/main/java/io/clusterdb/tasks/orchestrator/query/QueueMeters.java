package io.clusterdb.tasks.orchestrator.query;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Tracking;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.metrics.GaugeSet;
import io.clusterdb.tasks.metrics.Meters;
import io.clusterdb.tasks.metrics.QueueMetric;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerViews;
import io.clusterdb.tasks.streams.Chores;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of queues. Each instance shows what its partitions of the tracker count; what only
 * the brokers know one instance asks for all, that which has the first partition. Thread-safe.
 */
public final class QueueMeters implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(QueueMeters.class);
  private static final Duration COUNT = Duration.ofSeconds(1);
  private static final Duration SAMPLE = Duration.ofSeconds(5);

  private final TasksRuntime runtime;
  private final TrackerViews views;
  private final CountMeters counts;
  private final Probe probe;
  private final OpenTransactions transactions;
  private final GaugeSet sampled;
  private final Chores counting = new Chores("orchestrator-metrics");
  private final Chores sampling = new Chores("orchestrator-samples");

  private QueueMeters(Meters meters, TasksRuntime runtime, TrackerViews views, String facts) {
    this.runtime = runtime;
    this.views = views;
    this.counts = new CountMeters(meters, views);
    this.probe = new Probe(runtime, facts);
    this.transactions = new OpenTransactions(runtime);
    this.sampled = meters.gauges();
  }

  /**
   * Starts to show them.
   *
   * @param facts the topic between the tracker's two halves
   * @param ready whether the orchestrator is ready
   */
  public static QueueMeters start(
      Meters meters,
      TasksRuntime runtime,
      TrackerViews views,
      String facts,
      BooleanSupplier ready) {
    QueueMeters started = new QueueMeters(meters, runtime, views, facts);
    started.counting.every(
        COUNT,
        "counts",
        () ->
            started.counts.look(
                runtime.catalog().current().queues().keySet(),
                ready.getAsBoolean(),
                runtime.clock().millis()));
    started.sampling.every(SAMPLE, "samples", started::sample);
    return started;
  }

  private void sample() {
    if (views.counts().containsKey(0)) {
      CatalogSnapshot catalog = runtime.catalog().current();
      try {
        long trackerLag = 0;
        for (Queue queue : catalog.queues().values()) {
          trackerLag = Math.max(trackerLag, sample(queue, catalog.paused().contains(queue.name())));
        }
        sampled.set(QueueMetric.TRACKER_LAG, trackerLag);
      } catch (TasksException e) {
        log.debug("Queues could not be looked at, and are again in a moment", e);
      }
      sampleTransactions();
    }
    sampled.publish();
  }

  /** Returns how far the tracker is behind. */
  private long sample(Queue queue, boolean paused) {
    Sample sample;
    try {
      sample = probe.of(queue.name());
    } catch (TasksException e) {
      if (e.code() == ErrorCode.UNREACHABLE) {
        throw e;
      }
      log.debug("Queue {} could not be looked at, and is again in a moment", queue.name(), e);
      return 0;
    }
    long depth = sample.depths().values().stream().mapToLong(Long::longValue).sum();
    Long oldest = sample.oldest();
    if (oldest != null || depth == 0) {
      double age = oldest == null ? 0 : Math.max(0, runtime.clock().millis() - oldest) / 1_000.0;
      sampled.set(QueueMetric.QUEUE_OLDEST_AGE, age, queue.name());
    }
    if (queue.tracking() != Tracking.FULL) {
      sampled.set(QueueMetric.QUEUE_DEPTH, depth, queue.name(), "queued");
    }
    sampled
        .set(QueueMetric.QUEUE_LAG, sample.lag(), queue.name())
        .set(QueueMetric.QUEUE_WORKERS, sample.workers(), queue.name())
        .set(QueueMetric.QUEUE_PAUSED, paused ? 1 : 0, queue.name());
    return sample.trackerLag();
  }

  private void sampleTransactions() {
    try {
      for (OpenTransactions.Held held : transactions.look()) {
        sampled.set(
            QueueMetric.TRANSACTION_OPEN_AGE,
            held.age().toMillis() / 1_000.0,
            held.topic(),
            held.owner());
      }
    } catch (ExecutionException | TimeoutException e) {
      log.debug("Open transactions could not be looked at, and are again in a moment", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    counting.close();
    sampling.close();
    counts.close();
    sampled.close();
    probe.close();
  }
}
