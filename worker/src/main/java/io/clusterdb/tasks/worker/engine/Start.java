package io.clusterdb.tasks.worker.engine;

/** Whether a job may start, as its partition's claim has it. */
public enum Start {
  /** At once. */
  NOW,
  /** Ask again after the next commit, which the owner makes even if nothing finished. */
  AFTER_COMMIT,
  /** It is a suspect: announce it, one of a partition at a time, and start it when committed. */
  ANNOUNCED,
  /** The same, and nothing else may run in the process meanwhile. */
  ANNOUNCED_ALONE,
  /** It has killed its worker too often: make it a dead letter without running it. */
  NEVER
}
