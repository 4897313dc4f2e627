package io.clusterdb.tasks.scheduler.engine;

import org.jspecify.annotations.Nullable;

/**
 * Something that is asked of a waiting job.
 *
 * @param commandId id of the command
 * @param jobId the job's id
 * @param run the run that is meant; null for whichever waits
 * @param at when it was asked, in milliseconds since 1970
 * @param dueHint when the job may be due, in milliseconds since 1970; {@link #UNKNOWN} for unknown
 * @param what what is asked
 */
public record JobRequest(
    String commandId, String jobId, @Nullable String run, long at, long dueHint, What what) {
  /** No hint. */
  public static final long UNKNOWN = -1;

  /** What is asked. */
  public sealed interface What {}

  /**
   * The job is no longer wanted.
   *
   * @param reason for people; null for none
   */
  public record Cancel(@Nullable String reason) implements What {}

  /**
   * The job gets another time.
   *
   * @param notBefore the time, in milliseconds since 1970
   */
  public record Move(long notBefore) implements What {}

  /**
   * Whether this is about a run. A job that is enqueued with an id that was used before is another
   * one: without a run, a request is only about what was there when it was made.
   *
   * @param createdAt when the job was enqueued, in milliseconds since 1970
   */
  public boolean isAbout(String thatRun, long createdAt) {
    return run == null ? createdAt <= at : run.equals(thatRun);
  }
}
