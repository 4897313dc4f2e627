package io.clusterdb.tasks.schedule;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Times at equal distances from a start, or from 1970: they do not depend on when the schedule was
 * made or on what fired last, so a change of anything else does not move them.
 */
final class IntervalTimes implements FireTimes {
  private final long interval;
  private final long anchor;

  IntervalTimes(Duration interval, @Nullable Instant start) {
    this.interval = interval.toMillis();
    this.anchor = start == null ? 0 : start.toEpochMilli();
  }

  @Override
  public @Nullable Instant next(Instant after) {
    try {
      long since = Math.subtractExact(after.toEpochMilli(), anchor);
      long steps = Math.max(0, Math.floorDiv(since, interval) + 1);
      return Instant.ofEpochMilli(Math.addExact(anchor, Math.multiplyExact(steps, interval)));
    } catch (ArithmeticException | DateTimeException e) {
      return null; // past the end of time
    }
  }
}
