package io.clusterdb.tasks.orchestrator.tracker.engine;

import io.clusterdb.tasks.Priority;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one record on the log says of one run of a job.
 *
 * @param jobId the job's id
 * @param run the run
 * @param standing how far it is
 * @param queue its queue
 * @param type its type; empty where it is not known
 * @param lane its lane
 * @param createdAt when it was enqueued, in milliseconds since 1970; 0 where it is not known
 * @param maxAttempts attempts in all; 0 where that is not known
 * @param dueAt when it is due next, in milliseconds since 1970; 0 for nothing
 * @param execution of the attempt; null where the record tells nothing of it
 * @param metadata what its producer attached
 * @param batchId its batch; null for none
 * @param deadLetterGone whether this says that its dead letter was removed
 */
public record Fact(
    String jobId,
    String run,
    Standing standing,
    String queue,
    String type,
    Priority lane,
    long createdAt,
    int maxAttempts,
    long dueAt,
    @Nullable Execution execution,
    Map<String, String> metadata,
    @Nullable String batchId,
    boolean deadLetterGone) {

  /** Whether this comes from an event, else from a job's record. */
  boolean event() {
    return standing.place().source() == Place.Source.EVENTS;
  }
}
