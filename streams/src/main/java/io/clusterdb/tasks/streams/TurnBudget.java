package io.clusterdb.tasks.streams;

import java.util.function.LongSupplier;

/**
 * How much one turn may do, since its transaction holds back the readers of the queues that it
 * writes to. One job always fits, so that every turn gets on. Used by one thread, for one turn.
 */
public final class TurnBudget {
  private final LongSupplier ticker;
  private final long started;
  private final long nanos;
  private int left;
  private boolean fresh = true;

  /**
   * Starts a turn.
   *
   * @param jobs most jobs
   * @param nanos most time, in nanoseconds
   * @param ticker a monotonic clock in nanoseconds
   */
  public TurnBudget(int jobs, long nanos, LongSupplier ticker) {
    this.left = jobs;
    this.nanos = nanos;
    this.ticker = ticker;
    this.started = ticker.getAsLong();
  }

  /** Takes room for one job; false if none is left. */
  public boolean take() {
    if (fresh) {
      fresh = false;
      left--;
      return true;
    }
    if (left <= 0 || ticker.getAsLong() - started >= nanos) {
      return false;
    }
    left--;
    return true;
  }
}
