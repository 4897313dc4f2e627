package io.clusterdb.tasks.worker.run;

/** Nobody takes a job that was to be handed out: it waits again as if it had not been started. */
public final class NotTakenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates one, without a trace. */
  public NotTakenException() {
    super("nobody asks for a job any more", null, false, false);
  }
}
