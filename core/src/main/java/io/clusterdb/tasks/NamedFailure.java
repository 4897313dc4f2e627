package io.clusterdb.tasks;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler: the attempt failed with an error of this type, for which no class of its own
 * exists, as when the error comes from another process. The retry policy decides what follows.
 */
public final class NamedFailure extends RuntimeException implements NamedError {
  private static final long serialVersionUID = 1L;

  private final String type;

  /**
   * Creates a failure.
   *
   * @param type plain name that retry policies match; not blank, at most 500 characters
   * @param message for people
   */
  public NamedFailure(String type, String message) {
    this(type, message, null);
  }

  /** Creates a failure with the one that led to it, or null. */
  public NamedFailure(String type, String message, @Nullable Throwable cause) {
    super(message, cause);
    Checks.text("an error's type", type, Job.MAX_NAME_LENGTH);
    this.type = type;
  }

  @Override
  public String errorType() {
    return type;
  }
}
