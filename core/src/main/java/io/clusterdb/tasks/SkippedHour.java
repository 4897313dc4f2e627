package io.clusterdb.tasks;

/** What times of a cron expression get that do not exist on a day when clocks go forward. */
public enum SkippedHour {
  /** One fire for all of them, at the end of the gap. */
  FIRE_AFTER,
  /** Nothing. */
  SKIP
}
