package io.clusterdb.tasks.worker.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.codec.Sealing;
import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.record.ReplyTo;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** What handlers return, as the text that outcomes carry. Thread-safe. */
final class HandlerResults {
  private final Sealing sealing;

  HandlerResults(Sealing sealing) {
    this.sealing = sealing;
  }

  /** Waits for a result that is yet to come. */
  static @Nullable Object await(@Nullable Object result) throws Exception {
    return result instanceof CompletionStage<?> stage ? stage.toCompletableFuture().get() : result;
  }

  /** What a handler threw, without the wrapping of the future that it came by. */
  static Throwable unwrap(Throwable error) {
    Throwable cause = error.getCause();
    return (error instanceof ExecutionException || error instanceof CompletionException)
            && cause != null
        ? cause
        : error;
  }

  /**
   * The text of a result; null for none.
   *
   * @throws TasksException INVALID_RESULT
   */
  @Nullable String text(JobRecord job, @Nullable Object result) {
    return bounded(sealed(job, json(result)));
  }

  private static @Nullable String json(@Nullable Object result) {
    if (result == null) {
      return null;
    }
    try {
      return Json.mapper().writeValueAsString(result);
    } catch (JsonProcessingException | RuntimeException e) {
      throw new TasksException(
          ErrorCode.INVALID_RESULT,
          "a handler's result must fit JSON, and a "
              + result.getClass().getName()
              + " does not: "
              + e.getMessage(),
          e);
    }
  }

  /** A workflow's templates read results, and so must whoever fills them in. */
  private @Nullable String sealed(JobRecord job, @Nullable String result) {
    return job.replyTo() == ReplyTo.WORKFLOW
        ? result
        : sealing.sealResult(job.contentType(), result);
  }

  private static @Nullable String bounded(@Nullable String text) {
    if (text != null && text.length() > OutcomeRecords.MAX_RESULT) {
      throw new TasksException(
          ErrorCode.INVALID_RESULT,
          "a handler's result has "
              + text.length()
              + " characters of at most "
              + OutcomeRecords.MAX_RESULT
              + ". Store it elsewhere and return a reference.");
    }
    return text;
  }
}
