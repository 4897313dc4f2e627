package io.clusterdb.tasks;

/** What becomes of a workflow's run in which a task failed. */
public enum ErrorHandling {
  /** The run fails, and nothing is undone. */
  FAIL,
  /** The run goes on without the task, unless the task itself says otherwise. */
  CONTINUE,
  /** The run fails, and completed tasks that have an action are undone, the last one first. */
  COMPENSATE
}
