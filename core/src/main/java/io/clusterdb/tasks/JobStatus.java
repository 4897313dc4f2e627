package io.clusterdb.tasks;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.clusterdb.tasks.codec.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one run of a job. Immutable.
 *
 * @param id the job's id
 * @param run the run
 * @param queue its queue
 * @param type its type; empty where its records name none
 * @param state its state
 * @param attempt the attempt that it is at, from 1
 * @param maxAttempts attempts in all; null where that is not known
 * @param priority its lane
 * @param createdAt when it was enqueued
 * @param scheduledFor when its first attempt, or its next one, is or was due; null for at once
 * @param startedAt when the handler started on this attempt; null where it has not, or where that
 *     was too short to be told
 * @param finishedAt when the run ended; null while it has not
 * @param duration how long the handler worked on this attempt; null while that is not known
 * @param progress how much of this attempt is done, from 0 to 1; null where its handler says
 *     nothing
 * @param worker the instance that has it, or had it last; null where none had
 * @param error why the last attempt that ended failed; null if it did not
 * @param result what the handler returned, as JSON text; null for nothing
 * @param metadata what its producer attached
 * @param note remark for people; null for none
 * @param batchId its batch; null for none
 * @param stale whether this was read from a copy, which may lag, while the job's state moves to
 *     another instance
 */
public record JobStatus(
    String id,
    String run,
    String queue,
    String type,
    JobState state,
    int attempt,
    @Nullable Integer maxAttempts,
    Priority priority,
    Instant createdAt,
    @Nullable Instant scheduledFor,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable Duration duration,
    @Nullable Double progress,
    @Nullable String worker,
    @Nullable JobFailure error,
    @Nullable String result,
    Map<String, String> metadata,
    @Nullable String note,
    @Nullable String batchId,
    boolean stale) {
  /** Copies the metadata. */
  public JobStatus {
    metadata = Map.copyOf(metadata);
  }

  /** The job and this run of it. */
  public JobId jobId() {
    return new JobId(id, run);
  }

  /**
   * The result as this type; null where the handler returned nothing.
   *
   * @throws TasksException INVALID_PAYLOAD if it cannot be read as that type
   */
  public <T> @Nullable T resultAs(Class<T> wanted) {
    if (result == null) {
      return null;
    }
    try {
      return Json.mapper().readValue(result, wanted);
    } catch (JsonProcessingException e) {
      throw new TasksException(
          ErrorCode.INVALID_PAYLOAD,
          "the result of job %s was expected to fit %s, but %s"
              .formatted(id, wanted.getName(), e.getOriginalMessage()),
          e);
    }
  }
}
