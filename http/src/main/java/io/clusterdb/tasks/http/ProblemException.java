package io.clusterdb.tasks.http;

/** A call that HTTP itself has something against: its method, its body, a parameter. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String title;

  /**
   * Creates one.
   *
   * @param status HTTP's status code, from 400
   * @param title the kind of problem
   * @param detail what was expected, what was found and the next step
   */
  public ProblemException(int status, String title, String detail) {
    super(detail, null, false, false); // answers a caller, and is no defect to trace
    this.status = status;
    this.title = title;
  }

  /** A request that cannot be understood. */
  public static ProblemException badRequest(String detail) {
    return new ProblemException(400, "Bad request", detail);
  }

  Problem problem() {
    String detail = getMessage();
    return Problem.of(status, title, detail == null ? title : detail);
  }
}
