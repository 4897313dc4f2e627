package io.clusterdb.tasks.worker.run;

import java.time.Instant;

/**
 * Now, by both clocks.
 *
 * @param nanos the monotonic ticker
 * @param millis the wall clock, since 1970
 */
public record Moment(long nanos, long millis) {
  /** The wall clock's time. */
  public Instant instant() {
    return Instant.ofEpochMilli(millis);
  }
}
