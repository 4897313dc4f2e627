package io.clusterdb.tasks;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list of jobs, the newest first.
 *
 * @param jobs the jobs; may be fewer than the limit, or none, although more follow, where few of
 *     many jobs fit
 * @param cursor to ask for what follows; stays good while jobs come and go; null at the end
 */
public record JobPage(List<JobStatus> jobs, @Nullable String cursor) {
  /** Copies the list. */
  public JobPage {
    jobs = List.copyOf(jobs);
  }
}
