package io.clusterdb.tasks;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** What an attempt may ask and tell while it runs. Thread-safe until the attempt ends. */
public interface JobContext {
  /** The job. */
  JobInfo job();

  /** The record's value, untouched. */
  Payload payload();

  /**
   * A header of the job's record, such as {@code traceparent} or one that its producer added; empty
   * where the record has none of that name.
   */
  default Optional<String> header(String name) {
    return Optional.empty();
  }

  /** When this attempt times out; empty where nothing limits it. */
  Optional<Instant> deadline();

  /**
   * A number that never falls from one owner of the job's partition to the next: an external system
   * that remembers the highest one it has seen for a key can refuse an owner that was replaced.
   */
  long fencingToken();

  /**
   * Reports progress; shown with the job's state and as an event, at most about once a second.
   *
   * @param fraction done, from 0 to 1
   * @param note for people; null for none
   */
  void progress(double fraction, @Nullable String note);

  /**
   * Enqueues a job if and only if this attempt succeeds: in the transaction that records that.
   *
   * @throws TasksException if the job or its queue is not valid
   */
  JobId enqueue(Job job);

  /**
   * Whether this attempt's outcome no longer counts: it was cancelled, timed out, or its partition
   * moved. The handler's thread is interrupted then as well.
   */
  boolean cancelled();

  /** A logger named by the job's type. */
  Logger logger();
}
