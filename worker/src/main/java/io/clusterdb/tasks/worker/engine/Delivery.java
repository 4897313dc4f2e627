package io.clusterdb.tasks.worker.engine;

/** What to do with a record that a poll returned. */
public enum Delivery {
  /** The record is now the worker's to run. */
  RUN,
  /** The record is finished, or is being worked on, already: forget it. */
  SKIP,
  /**
   * The tracker has no room: the record was not taken. Pause the partition, seek back to this
   * record and resume when a settlement has made room.
   */
  FULL
}
