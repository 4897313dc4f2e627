package io.clusterdb.tasks.scheduler.schedule.engine;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job that a schedule started.
 *
 * @param job the job
 * @param plannedAt the planned time that it is for; null if somebody asked for it
 * @param firedAt when it was started
 * @param ending how it ended; null while that is not known
 */
public record Run(
    JobId job, @Nullable Instant plannedAt, Instant firedAt, @Nullable Ending ending) {
  /**
   * How a job ended.
   *
   * @param state SUCCEEDED, DEAD or CANCELLED
   * @param at when
   * @param error why it failed; null unless it did
   */
  public record Ending(JobState state, Instant at, @Nullable JobFailure error) {}

  Run ended(Ending how) {
    return new Run(job, plannedAt, firedAt, how);
  }
}
