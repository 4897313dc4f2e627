package io.clusterdb.tasks.scheduler.engine;

/**
 * When turns happen. The scheduler's clock says what is due; the machine's clock, which may differ
 * from it (tests hand in their own) or be set, only wakes the scheduler up.
 *
 * @param gridMs turns happen at multiples of this, in milliseconds, so that all partitions take
 *     theirs together and share a transaction
 * @param longestMs longest time between two looks at the scheduler's clock, in milliseconds
 */
public record TurnTimes(long gridMs, long longestMs) {
  /** Checks the values. */
  public TurnTimes {
    if (gridMs < 1 || longestMs < gridMs) {
      throw new IllegalArgumentException(
          "expected a grid of 1 ms or more and a longest wait of at least that, found "
              + gridMs
              + " and "
              + longestMs);
    }
  }

  /**
   * When to look next, by the machine's clock.
   *
   * @param nextDue when the next job is due
   * @param now the scheduler's clock
   * @param machineNow the machine's clock
   */
  public long next(long nextDue, long now, long machineNow) {
    long wait = nextDue <= now ? 0 : Math.min(nextDue - now, longestMs);
    return aligned(Math.max(machineNow + wait, machineNow + 1));
  }

  /** The first time of the grid that is not before this one. */
  private long aligned(long time) {
    return Math.ceilDiv(time, gridMs) * gridMs;
  }
}
