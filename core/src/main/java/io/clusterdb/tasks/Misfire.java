package io.clusterdb.tasks;

/**
 * What planned times get that were missed: that passed more than a minute before a scheduler could
 * fire them.
 */
public enum Misfire {
  /** One run for all of them, by the last. */
  FIRE_ONCE,
  /** Nothing. */
  SKIP,
  /** A run each, the last 1,000 of them. */
  FIRE_ALL
}
