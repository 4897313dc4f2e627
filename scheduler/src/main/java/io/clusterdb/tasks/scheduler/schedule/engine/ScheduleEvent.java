package io.clusterdb.tasks.scheduler.schedule.engine;

import io.clusterdb.tasks.JobId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is decided for a schedule. */
public sealed interface ScheduleEvent {
  /** This definition is in force; times up to {@code from} are not its. */
  record Defined(Definition definition, Instant from) implements ScheduleEvent {}

  /** It is gone. */
  record Removed() implements ScheduleEvent {}

  /** Its times pass without a fire, or no longer; times up to {@code from} are dealt with. */
  record Paused(boolean paused, Instant from) implements ScheduleEvent {}

  /**
   * A job is started.
   *
   * @param run the run, which has not ended
   * @param time the planned time, or when somebody asked for it: for the payload
   * @param replaced a job that is to stop; null for none
   */
  record Fired(Run run, Instant time, @Nullable JobId replaced) implements ScheduleEvent {}

  /** A run waits for the end of the last one, in the place of one that waited before. */
  record Queued(Waiting waiting) implements ScheduleEvent {}

  /** Every time up to this one that got no run gets none. */
  record Passed(PassedOver passedOver) implements ScheduleEvent {}

  /** The last run ended, or counts as ended. */
  record Ended(Run.Ending ending) implements ScheduleEvent {}
}
