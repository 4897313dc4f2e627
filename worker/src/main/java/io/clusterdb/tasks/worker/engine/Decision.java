package io.clusterdb.tasks.worker.engine;

import io.clusterdb.tasks.JobFailure;
import java.time.Duration;

/** What follows an attempt. */
public sealed interface Decision {
  /** The run ends well. */
  record Succeed() implements Decision {}

  /** Another attempt follows after this wait. */
  record Retry(JobFailure failure, Duration delay) implements Decision {}

  /**
   * The run ends as a dead letter.
   *
   * @param reason why there is no further attempt, for people
   */
  record DeadLetter(JobFailure failure, String reason) implements Decision {}

  /** The run ends cancelled. */
  record Discard(JobFailure failure) implements Decision {}
}
