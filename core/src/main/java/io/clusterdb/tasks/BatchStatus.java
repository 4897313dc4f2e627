package io.clusterdb.tasks;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the jobs of a batch are getting on. Immutable.
 *
 * @param id the batch's id
 * @param total how many jobs it has; null while it is not closed
 * @param done jobs that have ended, whether well or not
 * @param complete whether all have ended
 * @param byState jobs by state; a replayed dead letter counts as the job that it became
 */
public record BatchStatus(
    String id, @Nullable Long total, long done, boolean complete, Map<JobState, Long> byState) {
  /** Copies what may change. */
  public BatchStatus {
    byState = Map.copyOf(byState);
  }

  /** Jobs in this state. */
  public long count(JobState state) {
    return byState.getOrDefault(state, 0L);
  }
}
