package io.clusterdb.tasks;

/** What a workflow's task that failed for good means for its run. */
public enum OnFailure {
  /** The run fails. */
  FAIL,
  /** The run goes on; tasks that depend on the failed one run as if it had ended well. */
  CONTINUE
}
