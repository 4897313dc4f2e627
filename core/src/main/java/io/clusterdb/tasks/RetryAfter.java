package io.clusterdb.tasks;

import java.time.Duration;

/**
 * Thrown by a handler: the attempt failed, and the next one should come after this wait instead of
 * the policy's. The attempt counts; a job whose attempts are spent is a dead letter all the same.
 */
public final class RetryAfter extends JobOutcomeException {
  private static final long serialVersionUID = 1L;

  private final Duration delay;

  /** Asks for another attempt after {@code delay} (not negative). */
  public RetryAfter(Duration delay) {
    this(delay, "asked for another attempt after " + Durations.format(delay));
  }

  /** Asks for another attempt after {@code delay} (not negative), for this reason. */
  public RetryAfter(Duration delay, String reason) {
    super(reason);
    if (delay.isNegative()) {
      throw new IllegalArgumentException("RetryAfter expects a wait of 0 or more, found " + delay);
    }
    this.delay = delay;
  }

  /** The wait before the next attempt. */
  public Duration delay() {
    return delay;
  }
}
