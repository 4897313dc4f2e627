package io.clusterdb.tasks;

/** State of a job's run. */
public enum JobState {
  /** Waits for its time. */
  SCHEDULED,
  /** Waits in its queue for a worker. */
  QUEUED,
  /** A handler runs. */
  RUNNING,
  /** An attempt failed; the next one waits for its time. */
  RETRYING,
  /** Ended well. */
  SUCCEEDED,
  /** Ended as a dead letter. */
  DEAD,
  /** Ended because somebody, or its handler, no longer wanted it. */
  CANCELLED;

  /** Whether the run has ended. */
  public boolean terminal() {
    return this == SUCCEEDED || this == DEAD || this == CANCELLED;
  }
}
