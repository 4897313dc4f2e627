package io.clusterdb.tasks;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Shape of the waits between attempts. All durations are zero or more. */
public sealed interface Backoff {
  /** The wait after the failure of attempt {@code attempt} (from 1), without jitter. */
  Duration delayAfter(int attempt);

  /** {@code min(max, initial * multiplier^(attempt-1))}. */
  record Exponential(Duration initial, Duration max, double multiplier) implements Backoff {
    /** Checks the values. */
    public Exponential {
      Checks.notNegative("initial", initial);
      Checks.notNegative("max", max);
      Checks.that(
          multiplier >= 1 && Double.isFinite(multiplier), "a multiplier of 1 or more", multiplier);
    }

    @Override
    public Duration delayAfter(int attempt) {
      double millis = initial.toMillis() * Math.pow(multiplier, Math.max(0, attempt - 1));
      return millis >= max.toMillis() ? max : Duration.ofMillis((long) millis);
    }
  }

  /** {@code min(max, initial + step * (attempt-1))}; a null {@code max} is no cap. */
  record Linear(Duration initial, Duration step, @Nullable Duration max) implements Backoff {
    /** Checks the values. */
    public Linear {
      Checks.notNegative("initial", initial);
      Checks.notNegative("step", step);
      if (max != null) {
        Checks.notNegative("max", max);
      }
    }

    @Override
    public Duration delayAfter(int attempt) {
      Duration delay = initial.plus(step.multipliedBy(Math.max(0, attempt - 1)));
      return max != null && delay.compareTo(max) > 0 ? max : delay;
    }
  }

  /** Always the same wait. */
  record Fixed(Duration delay) implements Backoff {
    /** Checks the value. */
    public Fixed {
      Checks.notNegative("delay", delay);
    }

    @Override
    public Duration delayAfter(int attempt) {
      return delay;
    }
  }
}
