package io.clusterdb.tasks.orchestrator.tracker.engine;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts what happened in the last minute, second by second. One thread counts, any may read: a
 * reader may miss the second that is being counted.
 */
public final class RateWindow {
  /** What the window is over, in seconds. */
  public static final int SECONDS = 60;

  private static final int SLOTS = SECONDS + 4;

  private final AtomicLongArray stamps = new AtomicLongArray(SLOTS);
  private final AtomicLongArray counts = new AtomicLongArray(SLOTS);

  /** Counts one that happened at this time; what is older than the window is not counted. */
  void count(long atMillis) {
    long second = atMillis / 1_000;
    int slot = (int) Math.floorMod(second, (long) SLOTS);
    long stamp = stamps.getPlain(slot);
    if (stamp == second) {
      counts.setOpaque(slot, counts.getPlain(slot) + 1);
    } else if (stamp < second) {
      counts.setOpaque(slot, 0);
      stamps.setRelease(slot, second);
      counts.setOpaque(slot, 1);
    }
  }

  /** How many happened in the minute that ends now. */
  public long count60(long nowMillis) {
    long now = nowMillis / 1_000;
    long sum = 0;
    for (int slot = 0; slot < SLOTS; slot++) {
      long stamp = stamps.getAcquire(slot);
      if (stamp > now - SECONDS && stamp <= now + 2) {
        sum += counts.getOpaque(slot);
      }
    }
    return sum;
  }
}
