package io.clusterdb.tasks.worker.run;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.NamedError;
import io.clusterdb.tasks.worker.engine.AttemptEnd;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An attempt that was handed out has failed, and whoever had it says what is to follow. */
public final class EndedException extends RuntimeException implements NamedError {
  private static final long serialVersionUID = 1L;

  private final String type;
  private final transient AttemptEnd end;
  private final @Nullable String stackTrace;

  private EndedException(JobFailure failure, AttemptEnd end, @Nullable String stackTrace) {
    super(failure.message(), null, false, false);
    this.stackTrace = stackTrace;
    this.type = failure.type();
    this.end = end;
  }

  /**
   * What the retry policy says follows.
   *
   * @param retryAfter wait before another attempt instead of the policy's; null for the policy's
   * @param stackTrace where it failed, as text of any length; null for nothing
   */
  public static EndedException failed(
      String type, String message, @Nullable Duration retryAfter, @Nullable String stackTrace) {
    JobFailure failure = Failures.of(type, message);
    return new EndedException(
        failure,
        retryAfter == null
            ? new AttemptEnd.Failed(failure)
            : new AttemptEnd.RetryAsked(failure, retryAfter),
        stackTrace);
  }

  /**
   * No further attempt can succeed.
   *
   * @param stackTrace where it failed, as text of any length; null for nothing
   */
  public static EndedException permanent(String type, String message, @Nullable String stackTrace) {
    JobFailure failure = Failures.of(type, message);
    return new EndedException(failure, new AttemptEnd.FailedForGood(failure), stackTrace);
  }

  /** What whoever had it said of where it failed. */
  @Nullable String toldStackTrace() {
    return stackTrace;
  }

  AttemptEnd end() {
    return end;
  }

  @Override
  public String errorType() {
    return type;
  }
}
