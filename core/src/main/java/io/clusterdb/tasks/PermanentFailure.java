package io.clusterdb.tasks;

/** Thrown by a handler: no further attempt can succeed, so the job is a dead letter at once. */
public final class PermanentFailure extends JobOutcomeException {
  private static final long serialVersionUID = 1L;

  /** Fails the job for good, for this reason. */
  public PermanentFailure(String reason) {
    super(reason);
  }
}
