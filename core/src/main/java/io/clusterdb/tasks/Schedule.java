package io.clusterdb.tasks;

import io.clusterdb.tasks.schedule.CronExpression;
import java.time.Duration;
import java.time.Instant;

/** When a job runs. A job itself takes {@link #at} and {@link #after}; the rest are schedules'. */
public sealed interface Schedule {
  /** Once, not before this time. */
  static Schedule at(Instant time) {
    return new At(time);
  }

  /** Once, not before this long after the broker has taken the job. */
  static Schedule after(Duration delay) {
    return new After(delay);
  }

  /**
   * Again and again, this far apart: at whole multiples counted from the schedule's start, else
   * from 1970 in UTC, so that {@code every(ofHours(1))} fires on the hour.
   */
  static Every every(Duration interval) {
    return new Every(interval, Duration.ZERO);
  }

  /**
   * At the times of a cron expression of five fields, or six with seconds first, or a nickname such
   * as {@code @daily}.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Schedule cron(String expression) {
    return new Cron(expression);
  }

  /** Once, not before {@code time}. */
  record At(Instant time) implements Schedule {}

  /** Once, not before {@code delay} after the broker has taken the job. */
  record After(Duration delay) implements Schedule {
    /** Checks the value. */
    public After {
      Checks.notNegative("delay", delay);
    }
  }

  /** Every {@code interval}, each time later by a part of {@code jitter}. */
  record Every(Duration interval, Duration jitter) implements Schedule {
    private static final Duration SHORTEST = Duration.ofMillis(100);

    /** Checks the values. */
    public Every {
      Checks.positive("interval", interval);
      Checks.that(interval.compareTo(SHORTEST) >= 0, "an interval of 100ms or more", interval);
      Checks.notNegative("jitter", jitter);
      Checks.that(
          jitter.compareTo(interval) <= 0,
          "a jitter of at most the interval (" + Durations.format(interval) + ")",
          jitter);
    }

    /**
     * With each fire later by up to this much, at most the interval: by how much follows from the
     * schedule's name and the planned time.
     */
    public Every jitter(Duration most) {
      return new Every(interval, most);
    }
  }

  /** At the times of a cron expression. */
  record Cron(String expression) implements Schedule {
    /** Checks the value. */
    public Cron {
      Checks.text("a cron expression", expression, 200);
      CronExpression.parse(expression);
    }
  }
}
