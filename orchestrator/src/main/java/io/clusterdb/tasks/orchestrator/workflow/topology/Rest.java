package io.clusterdb.tasks.orchestrator.workflow.topology;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Keeps what can wait from having a thread of Kafka Streams for itself: after a turn that left
 * something to do the thread does other things for a while, whichever partition the turn was of.
 * Used by that thread.
 */
final class Rest {
  private final LongSupplier ticker;
  private final long nanos;
  private long until;

  private Rest(LongSupplier ticker, long nanos) {
    this.ticker = ticker;
    this.nanos = nanos;
    this.until = ticker.getAsLong();
  }

  /** One for each thread that asks, of this length. */
  static ThreadLocal<Rest> perThread(LongSupplier ticker, Duration length) {
    return ThreadLocal.withInitial(() -> new Rest(ticker, length.toNanos()));
  }

  void begin() {
    until = ticker.getAsLong() + nanos;
  }

  boolean over() {
    return until - ticker.getAsLong() <= 0;
  }

  /** Milliseconds until it is over, rounded up; 0 when it is. */
  long left() {
    return Math.max(0, (until - ticker.getAsLong() + 999_999) / 1_000_000);
  }
}
