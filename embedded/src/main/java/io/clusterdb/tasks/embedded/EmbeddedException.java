package io.clusterdb.tasks.embedded;

import org.jspecify.annotations.Nullable;

/** A part of the embedded platform could not start; the message says what to do next. */
public final class EmbeddedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception whose message names what was expected, what was found and the next step.
   */
  public EmbeddedException(String message) {
    this(message, null);
  }

  /** Creates an exception with the failure that caused it. */
  public EmbeddedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
