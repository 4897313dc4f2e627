package io.clusterdb.tasks.orchestrator.tracker.engine;

import io.clusterdb.tasks.JobState;
import java.util.Comparator;

/**
 * How far a run is, in a total order: an end is beyond all else, a later attempt beyond an earlier
 * one, a later stage beyond an earlier one; what is left is decided by time and place. The state of
 * a run is the largest of what was read of it, so neither order nor duplicates matter.
 *
 * @param stage how far the attempt is
 * @param attempt number of the attempt, from 1; 0 where it is not known
 * @param at when it got there, in milliseconds since 1970
 * @param place where that was read
 */
public record Standing(Stage stage, int attempt, long at, Place place)
    implements Comparable<Standing> {
  private static final Comparator<Standing> ORDER =
      Comparator.comparing((Standing standing) -> standing.stage.terminal())
          .thenComparingInt(Standing::attempt)
          .thenComparing(Standing::stage)
          .thenComparingLong(Standing::at)
          .thenComparing(Standing::place);

  /** The state that people see. */
  public JobState state() {
    return stage.state(attempt);
  }

  @Override
  public int compareTo(Standing other) {
    return ORDER.compare(this, other);
  }
}
