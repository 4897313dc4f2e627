package io.clusterdb.tasks.worker.engine;

import io.clusterdb.tasks.Priority;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the lane of the next job: smooth weighted round robin among the lanes that have one.
 * Confined to whoever dispatches; guard it with the lock of the ready queues.
 *
 * <p>A lane that has nothing costs nothing: the others share its turns, and when it has a job again
 * it starts without credit or debt. A lane of weight w that always has a job waits for at most
 * {@link #longestWait} choices of others, whatever the other lanes do.
 */
public final class LaneSelector {
  private static final Priority[] LANES = {Priority.HIGH, Priority.NORMAL, Priority.LOW};

  private final int[] weights;
  private final int[] credit = new int[LANES.length];

  /** The lane alone, as a set of lanes for {@link #next}. */
  public static int bit(Priority lane) {
    return 1 << index(lane);
  }

  private static int index(Priority lane) {
    return switch (lane) {
      case HIGH -> 0;
      case NORMAL -> 1;
      case LOW -> 2;
    };
  }

  /** A selector with the default weights 6, 3 and 1. */
  public LaneSelector() {
    this(6, 3, 1);
  }

  /** A selector with these weights, each at least 1. */
  public LaneSelector(int high, int normal, int low) {
    if (high < 1 || normal < 1 || low < 1) {
      throw new IllegalArgumentException(
          "Expected weights of lanes of at least 1, found %d, %d and %d: give each lane its share."
              .formatted(high, normal, low));
    }
    this.weights = new int[] {high, normal, low};
  }

  /**
   * The lane whose job comes next, which thereby has used its turn.
   *
   * @param ready the lanes that have a job, as the sum of their {@link #bit}
   * @return null if no lane has one
   */
  public @Nullable Priority next(int ready) {
    if ((ready & (ready - 1)) == 0) {
      return only(ready);
    }
    int total = 0;
    int best = -1;
    for (int i = 0; i < credit.length; i++) {
      if ((ready & (1 << i)) == 0) {
        credit[i] = 0;
      } else {
        credit[i] += weights[i];
        total += weights[i];
        if (best < 0 || credit[i] > credit[best]) {
          best = i;
        }
      }
    }
    credit[best] -= total;
    return LANES[best];
  }

  private @Nullable Priority only(int ready) {
    Arrays.fill(credit, 0);
    return ready == 0 ? null : LANES[Integer.numberOfTrailingZeros(ready)];
  }

  /** The most choices in a row that pass over this lane while it has a job. */
  public int longestWait(Priority lane) {
    int weight = weights[index(lane)];
    int others = weights[0] + weights[1] + weights[2] - weight;
    return 3 * ((others + weight - 1) / weight) + LANES.length;
  }

  /** Credits, for the test that explores every state. */
  int[] credits() {
    return credit;
  }
}
