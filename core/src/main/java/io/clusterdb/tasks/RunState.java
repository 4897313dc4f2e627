package io.clusterdb.tasks;

/** State of a workflow's run. */
public enum RunState {
  /** Tasks run, or wait. */
  RUNNING,
  /** Ended well. */
  SUCCEEDED,
  /** A task failed, and nothing was undone. */
  FAILED,
  /** A task failed, or the run was cancelled or timed out; completed tasks are being undone. */
  COMPENSATING,
  /** A task failed, and every completed task that has an action was undone. */
  COMPENSATED,
  /** Undoing a task failed; a retry goes on there. */
  COMPENSATION_FAILED,
  /** Somebody ended it. */
  CANCELLED,
  /** It took longer than its workflow allows. */
  TIMED_OUT;

  /** Whether the run has ended. */
  public boolean terminal() {
    return this != RUNNING && this != COMPENSATING;
  }
}
