package io.clusterdb.tasks.client;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TasksException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses jobs of queues that hold as many as their {@code max_depth}. The depth is an estimate:
 * measured when a queue is first used and then in the background while it is in use, plus what this
 * process has enqueued since; other processes' jobs count from the next measurement. Thread-safe.
 */
final class DepthEstimator implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DepthEstimator.class);
  private static final Duration INTERVAL = Duration.ofMillis(250);

  private final ToLongFunction<Queue> probe;
  private final ConcurrentHashMap<String, Watch> watches = new ConcurrentHashMap<>();
  private final ScheduledExecutorService background =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("tasks-depth").factory());

  /**
   * Creates an estimator.
   *
   * @param probe measures; may block
   */
  DepthEstimator(ToLongFunction<Queue> probe) {
    this.probe = probe;
  }

  /**
   * Counts one job of this queue in; null if the queue has no limit.
   *
   * @return to be settled when the broker has the job, or never will
   * @throws TasksException QUEUE_FULL
   */
  @Nullable DepthGauge take(Queue queue) {
    Long limit = queue.maxDepth();
    if (limit == null) {
      return null;
    }
    DepthGauge gauge = watches.computeIfAbsent(queue.name(), name -> new Watch()).use(queue);
    gauge.take(); // first: of any that come at once, the last sees them all
    long depth = gauge.estimate();
    if (depth > limit) {
      gauge.giveBack();
      throw full(queue.name(), depth - 1, limit);
    }
    return gauge;
  }

  @Override
  public void close() {
    background.shutdownNow();
  }

  private static TasksException full(String queue, long depth, long limit) {
    return new TasksException(
        ErrorCode.QUEUE_FULL,
        "queue %s holds %d pending jobs of %d. Scale its workers or add queues."
            .formatted(queue, depth, limit));
  }

  /** One queue that is in use, or was. */
  private final class Watch {
    private final DepthGauge gauge = new DepthGauge();
    private final ReentrantLock starting = new ReentrantLock();
    private volatile boolean live;
    private volatile boolean used;
    private volatile @Nullable Queue queue;

    DepthGauge use(Queue definition) {
      if (!used) {
        used = true;
      }
      if (!live) {
        start(definition);
      }
      return gauge;
    }

    private void start(Queue definition) {
      starting.lock();
      try {
        if (!live) {
          queue = definition;
          measure(definition);
          live = true;
          scheduleNext();
        }
      } finally {
        starting.unlock();
      }
    }

    private void measure(Queue definition) {
      gauge.measured(probe.applyAsLong(definition));
    }

    private void scheduleNext() {
      try {
        var unused = background.schedule(this::refresh, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        live = false; // Closed.
      }
    }

    private void refresh() {
      Queue definition = queue;
      if (!used || definition == null) {
        live = false;
        return;
      }
      used = false;
      try {
        measure(definition);
      } catch (RuntimeException e) {
        log.debug("The depth of queue {} is not known for now.", definition.name(), e);
      }
      scheduleNext();
    }
  }
}
