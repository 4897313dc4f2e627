package io.clusterdb.tasks.worker.run;

import io.clusterdb.tasks.Discard;
import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.NamedError;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.RetryAfter;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.worker.engine.AttemptEnd;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Why attempts failed, as records carry it: a plain name and a bounded message. */
final class Failures {
  private static final int MAX_MESSAGE = 2_000;
  private static final int MAX_CAUSES = 5;

  private Failures() {}

  /** A failure whose message is shortened to what a record carries. */
  static JobFailure of(String type, String message) {
    return new JobFailure(
        type,
        message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE - 3) + "...");
  }

  /** A failure of this code. */
  static JobFailure of(ErrorCode code, String message) {
    return of(code.name(), message);
  }

  /** What an exception says, with its causes. */
  static JobFailure of(Throwable error) {
    return of(typeOf(error), messageOf(error));
  }

  /** What a timeout says. */
  static JobFailure timeout(JobRecord job, Attempt attempt) {
    return of(
        ErrorCode.JOB_TIMEOUT,
        "Job timeout: job %s ran longer than %s on attempt %d of %d. Raise its timeout or make it faster."
            .formatted(
                job.id(),
                Durations.format(Duration.ofMillis(attempt.timeoutMs())),
                attempt.number(),
                attempt.maxAttempts()));
  }

  /** How an attempt ended whose handler threw. */
  static AttemptEnd thrown(Throwable error) {
    JobFailure failure = of(error);
    return switch (error) {
      case EndedException ended -> ended.end();
      case Discard discard -> new AttemptEnd.Discarded(failure);
      case PermanentFailure permanent -> new AttemptEnd.FailedForGood(failure);
      case RetryAfter later -> new AttemptEnd.RetryAsked(failure, later.delay());
      // Neither a payload that cannot be read nor a result that cannot be kept gets better.
      case TasksException invalid
          when invalid.code() == ErrorCode.INVALID_PAYLOAD
              || invalid.code() == ErrorCode.INVALID_RESULT ->
          new AttemptEnd.FailedForGood(failure);
      default -> new AttemptEnd.Failed(failure);
    };
  }

  private static String typeOf(Throwable error) {
    return error instanceof TasksException tasks ? tasks.code().name() : NamedError.typeOf(error);
  }

  private static String messageOf(Throwable error) {
    StringBuilder text = new StringBuilder();
    Throwable cause = error;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      if (depth > 0) {
        text.append("; caused by ").append(cause.getClass().getSimpleName()).append(": ");
      }
      String message = messageAlone(cause);
      text.append(message == null ? cause.getClass().getName() : message);
      cause = cause.getCause() == cause ? null : cause.getCause();
    }
    return text.toString();
  }

  /** A user's exception may fail even at telling its message. */
  static @Nullable String messageAlone(Throwable error) {
    try {
      return error.getMessage();
    } catch (RuntimeException e) {
      return "(its message could not be read: " + e.getClass().getSimpleName() + ")";
    }
  }
}
