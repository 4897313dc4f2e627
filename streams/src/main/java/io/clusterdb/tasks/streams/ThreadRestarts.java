package io.clusterdb.tasks.streams;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces threads of Kafka Streams that failed, slower and slower while they keep failing. An
 * error of the machine, such as a lack of memory, ends the service instead, and so does another
 * process that has taken its name: replaced threads would take it back, and both would go on so for
 * ever. Thread-safe.
 */
public final class ThreadRestarts implements StreamsUncaughtExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(ThreadRestarts.class);
  private static final Duration FIRST = Duration.ofMillis(100);

  /** Short, since the failed thread keeps its transaction open meanwhile. */
  private static final Duration MOST = Duration.ofSeconds(2);

  /** After so long without a failure all is well again. */
  private static final Duration WELL = Duration.ofSeconds(60);

  private final String service;
  private final LongSupplier ticker;
  private int failures;
  private long last;

  /**
   * Creates it.
   *
   * @param service what fails, for the log, such as {@code scheduler}
   * @param ticker a monotonic clock in nanoseconds
   */
  public ThreadRestarts(String service, LongSupplier ticker) {
    this.service = service;
    this.ticker = ticker;
    this.last = ticker.getAsLong();
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable failure) {
    if (failure instanceof VirtualMachineError) {
      log.error(
          "The {} stops, since its machine failed. Start it again; another instance takes over"
              + " meanwhile",
          service,
          failure);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    if (isReplaced(failure)) {
      log.error(
          "The {} stops, since another process has started with the name of this one (--instance)."
              + " If that was not to take its place, give each a name of its own",
          service,
          failure);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    Duration pause = pause();
    log.error(
        "A thread of the {} failed and is replaced in {} ms; nothing is lost, its"
            + " transaction is aborted and done again",
        service,
        pause.toMillis(),
        failure);
    LockSupport.parkNanos(pause.toNanos());
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  private static boolean isReplaced(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof FencedInstanceIdException) {
        return true;
      }
    }
    return false;
  }

  /** How long to wait now: not at all the first time, then doubling. */
  synchronized Duration pause() {
    long now = ticker.getAsLong();
    failures = now - last > WELL.toNanos() ? 1 : failures + 1;
    last = now;
    if (failures == 1) {
      return Duration.ZERO;
    }
    long millis = FIRST.toMillis() << Math.min(failures - 2, 10);
    return Duration.ofMillis(Math.min(millis, MOST.toMillis()));
  }
}
