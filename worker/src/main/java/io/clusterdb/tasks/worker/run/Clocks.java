package io.clusterdb.tasks.worker.run;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two clocks of a worker: durations by the monotonic one, what people read by the other.
 *
 * @param ticker monotonic nanoseconds
 * @param wall the wall clock
 */
public record Clocks(LongSupplier ticker, InstantSource wall) {
  /** Now, by both. */
  public Moment now() {
    return new Moment(ticker.getAsLong(), wall.millis());
  }
}
