package io.clusterdb.tasks.orchestrator.tracker.engine;

import io.clusterdb.tasks.JobState;

/** How far one attempt of a run is; later stages follow earlier ones within an attempt. */
public enum Stage {
  /** Its record is in its queue, but its time has not come: a worker will send it away. */
  POSTPONED,
  /** It is among the jobs that wait for their time. */
  WAITING,
  /** Its record is in its queue. */
  QUEUED,
  /** A handler runs. */
  RUNNING,
  /** The attempt failed, and another one follows. */
  RETRYING,
  /** The run ended, no longer wanted. */
  CANCELLED,
  /** The run ended well. */
  SUCCEEDED,
  /** The run ended as a dead letter. */
  DEAD;

  /** Whether the run has ended. */
  public boolean terminal() {
    return compareTo(CANCELLED) >= 0;
  }

  /** Whether an attempt ended with this. */
  public boolean endsAttempt() {
    return compareTo(RETRYING) >= 0;
  }

  /** The state that people see of a run whose attempt of this number is at this stage. */
  public JobState state(int attempt) {
    return switch (this) {
      case POSTPONED, WAITING -> attempt <= 1 ? JobState.SCHEDULED : JobState.RETRYING;
      case QUEUED -> JobState.QUEUED;
      case RUNNING -> JobState.RUNNING;
      case RETRYING -> JobState.RETRYING;
      case CANCELLED -> JobState.CANCELLED;
      case SUCCEEDED -> JobState.SUCCEEDED;
      case DEAD -> JobState.DEAD;
    };
  }
}
