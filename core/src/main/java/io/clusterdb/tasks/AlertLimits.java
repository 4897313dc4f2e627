package io.clusterdb.tasks;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a queue may reach before there is an alert. Immutable; each method that takes a value
 * returns a changed copy.
 *
 * @param queueThreshold jobs that wait or run, 1 or more; more are too many; null for no limit
 * @param errorThreshold part of the attempts of the last minute that fail, from 0 to 1; null for no
 *     limit
 * @param ageThreshold age of the oldest job that is not done; null for no limit
 * @param noWorkers whether there is an alert where jobs wait and no worker runs; null for what
 *     holds otherwise, else not
 */
public record AlertLimits(
    @Nullable Long queueThreshold,
    @Nullable Double errorThreshold,
    @Nullable Duration ageThreshold,
    @Nullable Boolean noWorkers) {
  /** No limits. */
  public static final AlertLimits NONE = new AlertLimits(null, null, null, null);

  /** Checks the values. */
  public AlertLimits {
    if (queueThreshold != null) {
      Checks.that(queueThreshold >= 1, "a number of jobs of 1 or more", queueThreshold);
    }
    if (errorThreshold != null) {
      Checks.that(errorThreshold >= 0 && errorThreshold <= 1, "a part from 0 to 1", errorThreshold);
    }
    if (ageThreshold != null) {
      Checks.positive("age_threshold", ageThreshold);
    }
  }

  /** With this many jobs, 1 or more. */
  public AlertLimits queueThreshold(long jobs) {
    return new AlertLimits(jobs, errorThreshold, ageThreshold, noWorkers);
  }

  /** With this part of the attempts, from 0 to 1. */
  public AlertLimits errorThreshold(double part) {
    return new AlertLimits(queueThreshold, part, ageThreshold, noWorkers);
  }

  /** With this age of the oldest job. */
  public AlertLimits ageThreshold(Duration age) {
    return new AlertLimits(queueThreshold, errorThreshold, age, noWorkers);
  }

  /** With an alert where jobs wait and no worker runs, or without. */
  public AlertLimits noWorkers(boolean alert) {
    return new AlertLimits(queueThreshold, errorThreshold, ageThreshold, alert);
  }

  /** These, and where they say nothing the others. */
  public AlertLimits orElse(AlertLimits others) {
    return new AlertLimits(
        queueThreshold == null ? others.queueThreshold : queueThreshold,
        errorThreshold == null ? others.errorThreshold : errorThreshold,
        ageThreshold == null ? others.ageThreshold : ageThreshold,
        noWorkers == null ? others.noWorkers : noWorkers);
  }
}
