package io.clusterdb.tasks;

/** What times of a cron expression get that exist twice on a day when clocks go back. */
public enum RepeatedHour {
  /**
   * {@link #TWICE} where the expression is for every hour ({@code *} in its place), so that it goes
   * on at its pace; else {@link #ONCE}.
   */
  BY_HOUR,
  /** A fire at the first. */
  ONCE,
  /** A fire at both. */
  TWICE
}
