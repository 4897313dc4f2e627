package io.clusterdb.tasks;

/** Order among the jobs of a queue. */
public enum Ordering {
  /** None: jobs run side by side. */
  NONE,
  /** Jobs of one key run one after the other, in the order of the log. */
  KEY
}
