package io.clusterdb.tasks;

/** What the job tracker keeps of a queue's jobs. */
public enum Tracking {
  /** Every move. */
  FULL,
  /** Outcomes only. */
  OUTCOMES,
  /** Nothing. */
  OFF
}
