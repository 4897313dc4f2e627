package io.clusterdb.tasks;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A schedule and how it is getting on.
 *
 * @param schedule what is configured
 * @param paused whether its times pass without a fire
 * @param next the planned times that come next, at most five, jitter not counted; none while it is
 *     paused
 * @param lastRun the run that was started last; null if none was, or if no scheduler runs
 * @param waiting a planned time that waits for the end of the last run; null for none
 * @param fires runs started since the schedule was made
 */
public record ScheduleInfo(
    ScheduledTask schedule,
    boolean paused,
    List<Instant> next,
    @Nullable Run lastRun,
    @Nullable Instant waiting,
    long fires) {
  /** Copies the list. */
  public ScheduleInfo {
    next = List.copyOf(next);
  }

  /**
   * A run of a schedule.
   *
   * @param job the job
   * @param plannedAt the planned time that it is for; null if it was triggered
   * @param firedAt when it was enqueued
   * @param state how it ended; null while that is not known
   * @param endedAt when it ended; null while that is not known
   * @param error why it failed; null unless it did
   */
  public record Run(
      JobId job,
      @Nullable Instant plannedAt,
      Instant firedAt,
      @Nullable JobState state,
      @Nullable Instant endedAt,
      @Nullable JobFailure error) {}
}
