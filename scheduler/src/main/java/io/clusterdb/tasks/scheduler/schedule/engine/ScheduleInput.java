package io.clusterdb.tasks.scheduler.schedule.engine;

import io.clusterdb.tasks.JobId;
import java.time.Instant;

/** What can happen to a schedule. */
public sealed interface ScheduleInput {
  /**
   * Its definition is this.
   *
   * @param since when that was written, by the writer's clock
   */
  record Define(Definition definition, Instant since) implements ScheduleInput {}

  /** It is deleted. */
  record Remove() implements ScheduleInput {}

  /** Its times are to pass without a fire since this time. */
  record Pause(Instant since) implements ScheduleInput {}

  /** It is to fire again, what comes after this time. */
  record Resume(Instant since) implements ScheduleInput {}

  /** Somebody asks for this run, now. */
  record Trigger(JobId job) implements ScheduleInput {}

  /** A job of its ended. */
  record Outcome(JobId job, Run.Ending ending) implements ScheduleInput {}

  /** Time has passed. */
  record Wake() implements ScheduleInput {}
}
