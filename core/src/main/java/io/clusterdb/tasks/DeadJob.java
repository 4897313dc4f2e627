package io.clusterdb.tasks;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter: the run of a job that has no further attempt. What its record says is taken as it
 * is, since a bad value may be why it is here. Immutable.
 */
public interface DeadJob {
  /** The job's id. */
  String id();

  /** The run that ended here. */
  String run();

  /** The job's type; empty if unknown. */
  String type();

  /** The queue that it comes from; null if its record does not say. */
  @Nullable String queue();

  /** Its ordering key; null for none. */
  @Nullable String orderingKey();

  /** Its lane as its record has it: {@code high}, {@code normal}, {@code low}. */
  String priority();

  /** Number of its last attempt, from 1; 0 if its record does not say. */
  int attempt();

  /** When it was enqueued; null if its record does not say. */
  @Nullable Instant createdAt();

  /** When its last attempt failed; when it came here if its record does not say. */
  Instant failedAt();

  /** Why its last attempt failed. */
  JobFailure error();

  /** Its failed attempts, oldest first; of many the first and the last ones. */
  List<FailedAttempt> failures();

  /** What its producer attached. */
  Map<String, String> metadata();

  /** Its payload, without bytes if the job has none. */
  Payload payload();

  /**
   * Where its payload is, as {@code topic/partition/offset}, if it is too large for a dead letter:
   * the queue keeps it there for its retention. Null where the payload is here, as it usually is.
   */
  default @Nullable String payloadRef() {
    return null;
  }

  /**
   * A failed attempt of a dead job.
   *
   * @param attempt its number, from 1; 0 if unknown
   * @param at when it failed; null if unknown
   * @param error why
   */
  record FailedAttempt(int attempt, @Nullable Instant at, JobFailure error) {}
}
