package io.clusterdb.tasks;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How often and how soon a failed attempt is repeated. Immutable; each method that takes a value
 * returns a changed copy.
 *
 * @param maxAttempts attempts in all, the first included; at least 1
 * @param backoff shape of the waits
 * @param jitter part of the wait, 0 to 1, by which it varies at random to either side
 * @param onErrors error types that are retried; empty for all
 * @param neverOn error types that are never retried; wins over {@code onErrors}
 */
public record RetryPolicy(
    int maxAttempts, Backoff backoff, double jitter, List<String> onErrors, List<String> neverOn) {
  /** Three attempts, waits of 1 s doubling up to 60 s. */
  public static final RetryPolicy DEFAULT =
      exponential(Duration.ofSeconds(1), Duration.ofSeconds(60), 2.0);

  /** Checks the values and copies the lists. */
  public RetryPolicy {
    Checks.that(maxAttempts >= 1, "max_attempts of 1 or more", maxAttempts);
    Checks.that(jitter >= 0 && jitter <= 1, "a jitter from 0 to 1", jitter);
    onErrors = List.copyOf(onErrors);
    neverOn = List.copyOf(neverOn);
  }

  /** Waits that grow by {@code multiplier} from {@code initial} up to {@code max}; 3 attempts. */
  public static RetryPolicy exponential(Duration initial, Duration max, double multiplier) {
    return of(new Backoff.Exponential(initial, max, multiplier));
  }

  /** Waits that grow by {@code step} from {@code initial}; 3 attempts. */
  public static RetryPolicy linear(Duration initial, Duration step) {
    return of(new Backoff.Linear(initial, step, null));
  }

  /** Waits that are all the same; 3 attempts. */
  public static RetryPolicy fixed(Duration delay) {
    return of(new Backoff.Fixed(delay));
  }

  /** No second attempt. */
  public static RetryPolicy none() {
    return fixed(Duration.ZERO).maxAttempts(1);
  }

  /** Three attempts with these waits. */
  public static RetryPolicy of(Backoff backoff) {
    return new RetryPolicy(3, backoff, 0, List.of(), List.of());
  }

  /** With this many attempts in all, the first included. */
  public RetryPolicy maxAttempts(int attempts) {
    return new RetryPolicy(attempts, backoff, jitter, onErrors, neverOn);
  }

  /** With waits that vary by this part, 0 to 1, to either side. */
  public RetryPolicy jitter(double part) {
    return new RetryPolicy(maxAttempts, backoff, part, onErrors, neverOn);
  }

  /** With no wait longer than this. */
  public RetryPolicy maxDelay(Duration max) {
    Backoff capped =
        switch (backoff) {
          case Backoff.Exponential e -> new Backoff.Exponential(e.initial(), max, e.multiplier());
          case Backoff.Linear l -> new Backoff.Linear(l.initial(), l.step(), max);
          case Backoff.Fixed f -> new Backoff.Fixed(f.delay().compareTo(max) > 0 ? max : f.delay());
        };
    return new RetryPolicy(maxAttempts, capped, jitter, onErrors, neverOn);
  }

  /** Retrying only errors of these types (plain names, as events show them). */
  public RetryPolicy onErrors(String... types) {
    return new RetryPolicy(maxAttempts, backoff, jitter, List.of(types), neverOn);
  }

  /** Never retrying errors of these types. */
  public RetryPolicy neverOn(String... types) {
    return new RetryPolicy(maxAttempts, backoff, jitter, onErrors, List.of(types));
  }

  /** Whether an error of this type is worth another attempt, attempts permitting. */
  public boolean retries(String errorType) {
    return !neverOn.contains(errorType) && (onErrors.isEmpty() || onErrors.contains(errorType));
  }

  /** The wait after the failure of attempt {@code attempt} (from 1), jitter included. */
  public Duration delayAfter(int attempt, RandomGenerator random) {
    Duration delay = backoff.delayAfter(attempt);
    if (jitter == 0 || delay.isZero()) {
      return delay;
    }
    double factor = 1 + jitter * (2 * random.nextDouble() - 1);
    return Duration.ofMillis(Math.round(delay.toMillis() * factor));
  }
}
