package io.clusterdb.tasks.worker.engine;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * For how long a suspect is announced, and a process may stand still so that it runs alone: {@link
 * Claims} explains why that has an end. Immutable and thread-safe, if its ticker is.
 */
public final class Turns {
  /** The first turn of a suspect: as long as a takeover is likely to take. */
  public static final Duration FIRST = Duration.ofSeconds(5);

  private final LongSupplier ticker;
  private final long first;

  /** Turns by this monotonic clock, in nanoseconds, that last {@link #FIRST} at first. */
  public Turns(LongSupplier ticker) {
    this(ticker, FIRST.toNanos());
  }

  Turns(LongSupplier ticker, long firstNanos) {
    this.ticker = ticker;
    this.first = firstNanos;
  }

  long now() {
    return ticker.getAsLong();
  }

  /** Nanoseconds of the first turn. */
  long first() {
    return first;
  }

  /** Nanoseconds of the next turn of a suspect that has overrun so many: it doubles each time. */
  long next(int overruns) {
    int doublings = Math.min(overruns, Long.numberOfLeadingZeros(first) - 1);
    return first << doublings;
  }
}
