package io.clusterdb.tasks;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list of runs, the newest first.
 *
 * @param runs the runs, without input, output and tasks; may be fewer than the limit, or none,
 *     although more follow, where few of many runs fit
 * @param cursor to ask for what follows; stays good while runs come and go; null at the end
 */
public record WorkflowPage(List<WorkflowStatus> runs, @Nullable String cursor) {
  /** Copies the list. */
  public WorkflowPage {
    runs = List.copyOf(runs);
  }
}
