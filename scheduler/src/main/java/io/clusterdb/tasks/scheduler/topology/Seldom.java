package io.clusterdb.tasks.scheduler.topology;

import java.util.function.LongSupplier;

/** Lets one thing through in a while, for warnings that could come with every job. Thread-safe. */
final class Seldom {
  private final LongSupplier ticker;
  private final long nanos;
  private long next;
  private long skipped;

  Seldom(LongSupplier ticker, long nanos) {
    this.ticker = ticker;
    this.nanos = nanos;
    this.next = ticker.getAsLong();
  }

  /** Whether it is time again. */
  synchronized boolean now() {
    if (ticker.getAsLong() - next < 0) {
      skipped++;
      return false;
    }
    next = ticker.getAsLong() + nanos;
    return true;
  }

  /** How many were not let through since the last; forgets them. */
  synchronized long skipped() {
    long count = skipped;
    skipped = 0;
    return count;
  }
}
