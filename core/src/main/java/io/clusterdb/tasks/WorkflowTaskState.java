package io.clusterdb.tasks;

/** State of a task of a workflow's run. */
public enum WorkflowTaskState {
  /** Waits for other tasks. */
  PENDING,
  /** Its job, its fan-out or its sub-workflow runs. */
  RUNNING,
  /** An attempt of its job failed; the next one waits for its time. */
  RETRYING,
  /** Waits for a time or a signal. */
  WAITING,
  /** Ended well. */
  SUCCEEDED,
  /** Failed for good. */
  FAILED,
  /** Was not run: its condition did not hold, or a task before it failed. */
  SKIPPED,
  /** Is being undone. */
  COMPENSATING,
  /** Was undone. */
  COMPENSATED,
  /** Was ended, or not begun, because the run ends. */
  CANCELLED;

  /** Whether the task has ended, for now. */
  public boolean ended() {
    return switch (this) {
      case PENDING, RUNNING, RETRYING, WAITING -> false;
      case SUCCEEDED, FAILED, SKIPPED, COMPENSATING, COMPENSATED, CANCELLED -> true;
    };
  }
}
