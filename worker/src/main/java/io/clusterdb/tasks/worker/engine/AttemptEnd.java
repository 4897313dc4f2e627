package io.clusterdb.tasks.worker.engine;

import io.clusterdb.tasks.Discard;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.NamedError;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.RetryAfter;
import java.time.Duration;

/** How an attempt ended, before it is decided what follows. */
public sealed interface AttemptEnd {
  /** The handler returned. */
  record Succeeded() implements AttemptEnd {}

  /** The handler threw, ran out of time, or its result cannot be written. */
  record Failed(JobFailure failure) implements AttemptEnd {}

  /** The handler asked for another attempt after this wait. */
  record RetryAsked(JobFailure failure, Duration delay) implements AttemptEnd {}

  /** No further attempt can succeed: the handler said so, or the record is no valid job. */
  record FailedForGood(JobFailure failure) implements AttemptEnd {}

  /** The handler no longer wants the job. */
  record Discarded(JobFailure failure) implements AttemptEnd {}

  /** The job has killed its worker as often as it may ({@link Start#NEVER}). */
  record Crashed(JobFailure failure) implements AttemptEnd {}

  /** What a handler's exception or error says. */
  static AttemptEnd thrown(Throwable error) {
    JobFailure failure = new JobFailure(NamedError.typeOf(error), message(error));
    return switch (error) {
      case RetryAfter retry -> new RetryAsked(failure, retry.delay());
      case PermanentFailure permanent -> new FailedForGood(failure);
      case Discard discard -> new Discarded(failure);
      default -> new Failed(failure);
    };
  }

  private static String message(Throwable error) {
    String message = error.getMessage();
    return message == null ? error.getClass().getName() : message;
  }
}
