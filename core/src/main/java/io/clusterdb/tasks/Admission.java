package io.clusterdb.tasks;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What became of a job with a unique key. */
public sealed interface Admission {
  /** The job that asked. */
  JobId job();

  /**
   * It runs.
   *
   * @param replaced the waiting job that it replaced, which ended as CANCELLED; null for none
   * @param until until when it holds its key at the longest, by the scheduler's clock
   */
  record Admitted(JobId job, @Nullable JobId replaced, Instant until) implements Admission {}

  /**
   * Another job holds the key; this one ended as CANCELLED.
   *
   * @param holder the job that does the work
   * @param until until when that one holds the key at the longest, by the scheduler's clock
   */
  record Held(JobId job, JobId holder, Instant until) implements Admission {}
}
