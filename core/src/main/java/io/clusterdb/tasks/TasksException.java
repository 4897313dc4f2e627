package io.clusterdb.tasks;

import org.jspecify.annotations.Nullable;

/**
 * Base of every exception that Tasks throws. The message starts with the code's title and says what
 * was expected, what was found and what to do next.
 */
public class TasksException extends RuntimeException implements NamedError {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /**
   * Creates an exception.
   *
   * @param code what went wrong, for programs
   * @param detail what was expected, what was found and the next step, for people; the code's title
   *     is put before it
   */
  public TasksException(ErrorCode code, String detail) {
    this(code, detail, null);
  }

  /** Creates an exception with the one that led to it, or null. */
  public TasksException(ErrorCode code, String detail, @Nullable Throwable cause) {
    super(code.title() + ": " + detail, cause);
    this.code = code;
  }

  /** What went wrong, for programs. */
  public ErrorCode code() {
    return code;
  }

  /** The code's name, so that retry policies can match it. */
  @Override
  public String errorType() {
    return code.name();
  }
}
