package io.clusterdb.tasks;

/** With {@link Ordering#KEY}: what a key does while its failed job waits for another attempt. */
public enum OnRetry {
  /** The key waits too. */
  BLOCK,
  /** Later jobs of the key go on. */
  OVERTAKE
}
