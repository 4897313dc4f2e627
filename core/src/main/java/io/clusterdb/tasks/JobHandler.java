package io.clusterdb.tasks;

import org.jspecify.annotations.Nullable;

/**
 * Runs jobs of one type. Called on virtual threads, by as many at once as the concurrency allows.
 *
 * @param <T> what the payload is read as
 */
@FunctionalInterface
public interface JobHandler<T> {
  /**
   * Runs one attempt.
   *
   * @return its result, which must fit JSON, or null; a {@link
   *     java.util.concurrent.CompletionStage} is awaited
   * @throws Exception fails the attempt; its simple class name is the error's type, unless it is a
   *     {@link NamedError}. {@link RetryAfter}, {@link PermanentFailure} and {@link Discard} choose
   *     the outcome
   */
  @Nullable Object handle(T payload, JobContext context) throws Exception;
}
