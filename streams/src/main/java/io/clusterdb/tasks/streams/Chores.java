package io.clusterdb.tasks.streams;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work that recurs beside the topology, on one thread; a failure is logged and tried again. */
public final class Chores implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Chores.class);
  private static final Duration CLOSE = Duration.ofSeconds(5);

  private final String service;
  private final ScheduledExecutorService executor;

  /**
   * Starts without any.
   *
   * @param service whose chores they are, such as {@code scheduler}
   */
  public Chores(String service) {
    this.service = service;
    this.executor =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(service + "-chores").factory());
  }

  /** Does something again and again, with this pause before each time. */
  public void every(Duration pause, String what, Runnable chore) {
    ScheduledFuture<?> unused =
        executor.scheduleWithFixedDelay(
            () -> attempt(what, chore), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void attempt(String what, Runnable chore) {
    try {
      chore.run();
    } catch (RuntimeException e) {
      log.warn("The {}'s {} failed, and is tried again: {}", service, what, e.toString());
    }
  }

  /** Interrupts what is under way and waits for its end. */
  @Override
  public void close() {
    executor.shutdownNow();
    try {
      if (!executor.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("The {}'s chores did not stop within {} s", service, CLOSE.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
