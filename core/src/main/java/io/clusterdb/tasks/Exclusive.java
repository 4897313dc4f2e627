package io.clusterdb.tasks;

/** What a planned time gets that comes while the last run of its schedule goes on. */
public enum Exclusive {
  /** A run beside the one that goes on. */
  OFF,
  /** Nothing. */
  SKIP,
  /** A run when the one that goes on has ended: one for all such times, by the last of them. */
  QUEUE,
  /** A run at once, in the place of the one that goes on, which is asked to stop. */
  REPLACE
}
