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

  private EndedException(JobFailure failure, AttemptEnd end) {
    super(failure.message(), null, false, false);
    this.type = failure.type();
    this.end = end;
  }

  /**
   * What the retry policy says follows.
   *
   * @param retryAfter wait before another attempt instead of the policy's; null for the policy's
   */
  public static EndedException failed(String type, String message, @Nullable Duration retryAfter) {
    JobFailure failure = Failures.of(type, message);
    return new EndedException(
        failure,
        retryAfter == null
            ? new AttemptEnd.Failed(failure)
            : new AttemptEnd.RetryAsked(failure, retryAfter));
  }

  /** No further attempt can succeed. */
  public static EndedException permanent(String type, String message) {
    JobFailure failure = Failures.of(type, message);
    return new EndedException(failure, new AttemptEnd.FailedForGood(failure));
  }

  AttemptEnd end() {
    return end;
  }

  @Override
  public String errorType() {
    return type;
  }
}
