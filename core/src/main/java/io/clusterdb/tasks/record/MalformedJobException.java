package io.clusterdb.tasks.record;

/**
 * A record whose headers cannot be a job's; the message says which, what was expected and found.
 */
public final class MalformedJobException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Creates it.
   *
   * @param message which header, what was expected, what was found
   */
  public MalformedJobException(String message) {
    super(message, null, false, false);
  }
}
