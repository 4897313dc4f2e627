package io.clusterdb.tasks;

/**
 * Base of what a handler throws to choose the outcome of its attempt itself. Not an error of the
 * platform, hence apart from {@link TasksException}.
 */
public abstract sealed class JobOutcomeException extends RuntimeException
    permits RetryAfter, PermanentFailure, Discard {
  private static final long serialVersionUID = 1L;

  JobOutcomeException(String message) {
    super(message);
  }
}
