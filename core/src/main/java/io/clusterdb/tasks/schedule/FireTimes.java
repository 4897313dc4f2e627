package io.clusterdb.tasks.schedule;

import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduledTask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The planned times of a schedule, in order. Pure and thread-safe. */
public interface FireTimes {
  /** Later than any time of a schedule. */
  Instant NEVER = Instant.MAX;

  /** The first planned time after this one; null if none follows. */
  @Nullable Instant next(Instant after);

  /** The planned times of a schedule, from its start to its end. */
  static FireTimes of(ScheduledTask schedule) {
    FireTimes times =
        switch (schedule.schedule()) {
          case Schedule.Cron cron ->
              new CronTimes(
                  CronExpression.parse(cron.expression()),
                  schedule.effectiveZone(),
                  schedule.skippedHour(),
                  schedule.repeatedHour());
          case Schedule.Every every -> new IntervalTimes(every.interval(), schedule.start());
          case Schedule.At at -> after -> at.time().isAfter(after) ? at.time() : null;
          case Schedule.After after -> throw new IllegalArgumentException("not for schedules");
        };
    return within(times, schedule.start(), schedule.end());
  }

  private static FireTimes within(FireTimes times, @Nullable Instant start, @Nullable Instant end) {
    // A time at the start itself is planned.
    Instant first = start == null ? Instant.MIN : start.minusMillis(1);
    Instant last = end == null ? NEVER : end;
    return after -> {
      Instant next = times.next(after.isBefore(first) ? first : after);
      return next == null || next.isAfter(last) ? null : next;
    };
  }

  /** The planned times that come next, at most so many. */
  default List<Instant> next(Instant after, int most) {
    List<Instant> found = new ArrayList<>(most);
    Instant last = after;
    while (found.size() < most) {
      Instant next = next(last);
      if (next == null) {
        break;
      }
      found.add(next);
      last = next;
    }
    return found;
  }

  /**
   * The last planned time in a span of time, or null if there is none in it. Looks back in steps
   * that double, so that the length of the span does not matter.
   *
   * @param after the span begins after this time
   * @param until it ends with this time
   */
  default @Nullable Instant last(Instant after, Instant until) {
    long span = until.toEpochMilli() - after.toEpochMilli();
    long back = Math.min(1_000, span);
    while (!plannedBy(until.minusMillis(back), until)) {
      if (back >= span) {
        return null;
      }
      back = Math.min(back * 2, span);
    }
    long reaches = back; // a time comes within so many milliseconds before the end
    long misses = 0; // and none within so many
    while (reaches - misses > 1) {
      long middle = (reaches + misses) >>> 1;
      if (plannedBy(until.minusMillis(middle), until)) {
        reaches = middle;
      } else {
        misses = middle;
      }
    }
    return next(until.minusMillis(reaches));
  }

  private boolean plannedBy(Instant after, Instant until) {
    Instant next = next(after);
    return next != null && !next.isAfter(until);
  }
}
