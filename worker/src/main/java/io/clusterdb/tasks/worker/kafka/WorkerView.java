package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.WorkerState;
import io.clusterdb.tasks.metrics.GaugeSet;
import io.clusterdb.tasks.metrics.Meters;
import io.clusterdb.tasks.metrics.WorkerMetric;
import io.clusterdb.tasks.worker.run.Dispatcher;
import io.clusterdb.tasks.worker.run.Slots;
import io.micrometer.core.instrument.Counter;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What others see of a worker: its state for health checks, and its gauges. The owner thread looks
 * now and then, so that nobody else touches what is its own; {@link #state} is for any thread.
 */
final class WorkerView implements AutoCloseable {
  private static final long STATE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long GAUGES_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Parts parts;
  private final @Nullable Published published;
  private volatile WorkerState state = WorkerState.STARTING;
  private long lookedAt;

  /** What is looked at. */
  record Parts(
      String queue,
      Consumer<byte[], byte[]> consumer,
      Partitions partitions,
      Dispatcher dispatcher,
      Slots slots,
      StallWatch stalls,
      UnknownTypes unknownTypes,
      BooleanSupplier alone) {}

  WorkerView(Parts parts, @Nullable Meters meters, long now) {
    this.parts = parts;
    this.published = meters == null ? null : new Published(meters, parts.queue());
    this.lookedAt = now - STATE_NANOS;
  }

  /** What the worker is doing. */
  WorkerState state() {
    return state;
  }

  /** Looks, if it is time to. */
  void look(long now) {
    if (now - lookedAt < STATE_NANOS) {
      return;
    }
    lookedAt = now;
    state = lookAtState();
    if (published != null && now - published.at >= GAUGES_NANOS) {
      published.at = now;
      publish(published, now);
    }
  }

  private WorkerState lookAtState() {
    if (parts.alone().getAsBoolean()) {
      return WorkerState.UNREACHABLE;
    }
    if (parts.consumer().subscription().isEmpty()) {
      return WorkerState.WITHOUT_QUEUE;
    }
    if (parts.consumer().groupMetadata().generationId() < 0) {
      return WorkerState.STARTING;
    }
    return parts.partitions().all().stream().allMatch(PartitionState::owned)
        ? WorkerState.WORKING
        : WorkerState.TAKING_OVER;
  }

  private void publish(Published to, long now) {
    Totals all = new Totals();
    for (PartitionState partition : parts.partitions().all()) {
      all.add(partition);
    }
    String queue = parts.queue();
    int paused = parts.consumer().paused().size();
    to.gauges
        .set(WorkerMetric.WORKER_SLOTS, parts.slots().count(), queue)
        .set(WorkerMetric.WORKER_RUNNING_JOBS, parts.dispatcher().running(), queue)
        .set(WorkerMetric.WORKER_BUFFERED_JOBS, all.buffered, queue)
        .set(WorkerMetric.WORKER_PARTITIONS, all.owned, queue)
        .set(WorkerMetric.WORKER_PAUSED_PARTITIONS, all.full, queue, "metadata")
        .set(WorkerMetric.WORKER_PAUSED_PARTITIONS, Math.max(0, paused - all.full), queue, "buffer")
        .set(WorkerMetric.WORKER_STALLED_PARTITIONS, parts.stalls().stalled(now), queue)
        .set(WorkerMetric.WORKER_HOLES, all.holes, queue)
        .set(WorkerMetric.WORKER_COMMIT_METADATA, all.metadata, queue)
        .set(WorkerMetric.WORKER_UNKNOWN_TYPE_JOBS, parts.unknownTypes().waiting(), queue)
        .publish();
    to.started.reached((double) parts.dispatcher().taken());
    to.limited.reached((double) parts.dispatcher().limitedNanos() / TimeUnit.SECONDS.toNanos(1));
  }

  /** Shows a last time what was counted, and no gauge any more. */
  @Override
  public void close() {
    state = WorkerState.ENDED;
    if (published != null) {
      published.started.reached((double) parts.dispatcher().taken());
      published.gauges.close();
    }
  }

  /** Sums over partitions. */
  private static final class Totals {
    private long buffered;
    private int owned;
    private int full;
    private long holes;
    private double metadata;

    void add(PartitionState partition) {
      if (partition.owned()) {
        owned++;
        full += partition.full() ? 1 : 0;
        buffered += partition.buffered();
        holes += partition.tracker().openBelowEnd();
        metadata = Math.max(metadata, partition.metadataUsed());
      }
    }
  }

  /** Where it is shown. */
  private static final class Published {
    private final GaugeSet gauges;
    private final Grown started;
    private final Grown limited;
    private long at = -GAUGES_NANOS;

    Published(Meters meters, String queue) {
      this.gauges = meters.gauges();
      this.started = new Grown(meters.counter(WorkerMetric.JOBS_STARTED, queue));
      this.limited = new Grown(meters.counter(WorkerMetric.WORKER_RATE_LIMIT_WAIT, queue));
    }
  }

  /** A counter that follows a total, which may fall for a moment. */
  private static final class Grown {
    private final Counter counter;
    private double last;

    Grown(Counter counter) {
      this.counter = counter;
    }

    void reached(double total) {
      if (total > last) {
        counter.increment(total - last);
        last = total;
      }
    }
  }
}
