package io.clusterdb.tasks.scheduler.schedule.engine;

import java.time.Instant;

/**
 * The last planned time that got no run.
 *
 * @param planned the time
 * @param reason why
 */
public record PassedOver(Instant planned, Reason reason) {
  /** Why a planned time gets no run. */
  public enum Reason {
    /** It was missed, and its schedule wants no run for it. */
    MISFIRE,
    /** The last run went on, and its schedule wants none beside it. */
    EXCLUSIVE
  }
}
