package io.clusterdb.tasks.worker.engine;

/** The lanes of a queue, by priority; each is a topic of its own. */
public enum Lane {
  /** Jobs of high priority. */
  HIGH(0),
  /** Everything else: the queue's own topic. */
  NORMAL(1),
  /** Jobs that may wait. */
  LOW(2);

  private final int index;

  Lane(int index) {
    this.index = index;
  }

  /** Place of this lane in arrays of lanes, from 0. */
  int index() {
    return index;
  }

  /** This lane alone, as a set of lanes. */
  public int bit() {
    return 1 << index;
  }
}
