package io.clusterdb.tasks.worker.middleware;

import io.clusterdb.tasks.JobContext;
import io.clusterdb.tasks.NamedError;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** How an attempt ended, in a word. */
final class Ending {
  static final String SUCCEEDED = "succeeded";
  static final String ABANDONED = "abandoned";

  private Ending() {}

  /**
   * The word.
   *
   * @param error what the handler threw; null for nothing
   */
  static String of(JobContext context, @Nullable Throwable error) {
    if (context.cancelled()) {
      return ABANDONED;
    }
    return error == null ? SUCCEEDED : NamedError.typeOf(cause(error));
  }

  /** What a future wraps, else the error itself. */
  static Throwable cause(Throwable error) {
    Throwable cause = error.getCause();
    boolean wraps = error instanceof ExecutionException || error instanceof CompletionException;
    return wraps && cause != null ? cause : error;
  }
}
