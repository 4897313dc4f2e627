package io.clusterdb.tasks.worker;

import io.clusterdb.tasks.JobMetrics;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.worker.kafka.WorkerSettings;
import io.clusterdb.tasks.worker.middleware.MiddlewareChains;
import io.clusterdb.tasks.worker.middleware.MiddlewareSupport;
import io.clusterdb.tasks.worker.middleware.Ticker;
import io.clusterdb.tasks.worker.run.Handout;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * A worker of one queue that hands its jobs to others, whatever their types: the platform's own,
 * behind leases. Thread-safe.
 */
public final class HandoutProcessor implements AutoCloseable {
  private final RunningProcessor processor;

  private HandoutProcessor(RunningProcessor processor) {
    this.processor = processor;
  }

  /**
   * Starts it.
   *
   * @param most jobs that are handed out at once
   * @param drain how long jobs that are handed out may go on when it closes
   * @throws TasksException QUEUE_NOT_FOUND, UNREACHABLE
   */
  public static HandoutProcessor start(
      TasksRuntime runtime, String queue, int most, Duration drain, Handout handout) {
    String instance = "leases-" + UUID.randomUUID().toString().substring(0, 13);
    WorkerSettings settings =
        new WorkerSettings(
            queue,
            most,
            instance,
            Map.of(),
            new MiddlewareChains(
                List.of(),
                new MiddlewareSupport(JobMetrics.NONE, UnaryOperator.identity(), Ticker.SYSTEM)),
            runtime.codecs(List.of()),
            drain,
            Duration.ZERO,
            true,
            handout);
    return new HandoutProcessor(RunningProcessor.start(runtime, instance, List.of(settings)));
  }

  /** So many jobs more are asked for than before. */
  public void wanted(int jobs) {
    processor.wanted(jobs);
  }

  /** Whether it has had partitions and started on them. */
  public boolean ready() {
    try {
      return processor.awaitReady(Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether it runs: false after close, and after an error that it could not survive. */
  public boolean running() {
    return processor.running();
  }

  /** Takes no further job, waits for the drain, and gives back what is still out. */
  @Override
  public void close() {
    processor.close();
  }
}
