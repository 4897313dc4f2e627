package io.clusterdb.tasks;

/**
 * Thrown by a handler: the job is no longer wanted. Its run ends {@link JobState#CANCELLED},
 * without another attempt and without a dead letter.
 */
public final class Discard extends JobOutcomeException {
  private static final long serialVersionUID = 1L;

  /** Discards the job for this reason. */
  public Discard(String reason) {
    super(reason);
  }
}
