package io.clusterdb.tasks;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why the attempt of a leased job failed, and what is to follow. Immutable; each method returns a
 * changed copy.
 *
 * @param type plain name that retry policies match, at most 500 characters
 * @param message for people; shortened to what a record carries
 * @param retryAfter wait before the next attempt instead of the policy's; null for the policy's
 * @param permanent whether no further attempt can succeed, so that the job is a dead letter at once
 */
public record LeaseFailure(
    String type, String message, @Nullable Duration retryAfter, boolean permanent) {
  /** Checks the values. */
  public LeaseFailure {
    Checks.text("an error's type", type, Job.MAX_NAME_LENGTH);
    if (retryAfter != null) {
      Checks.notNegative("the wait before the next attempt", retryAfter);
      Checks.that(!permanent, "either a wait for another attempt or none at all", "both");
    }
  }

  /** A failure that the retry policy decides on. */
  public static LeaseFailure of(String type, String message) {
    return new LeaseFailure(type, message, null, false);
  }

  /** What a handler that throws this would end with; {@link Discard} is a failure for good. */
  public static LeaseFailure of(Throwable error) {
    String message = error.getMessage() == null ? error.getClass().getName() : error.getMessage();
    LeaseFailure failure = of(NamedError.typeOf(error), message);
    return switch (error) {
      case RetryAfter later -> failure.retryAfter(later.delay());
      case PermanentFailure permanent -> failure.permanently();
      case Discard discard -> failure.permanently();
      default -> failure;
    };
  }

  /** With another attempt after this wait. */
  public LeaseFailure retryAfter(Duration wait) {
    return new LeaseFailure(type, message, wait, false);
  }

  /** Without another attempt. */
  public LeaseFailure permanently() {
    return new LeaseFailure(type, message, null, true);
  }
}
