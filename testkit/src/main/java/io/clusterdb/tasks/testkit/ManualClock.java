package io.clusterdb.tasks.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until a test moves it, also backwards. Thread-safe. */
public final class ManualClock implements InstantSource {
  private Instant now;

  /** A clock that shows this time. */
  public ManualClock(Instant start) {
    now = start;
  }

  @Override
  public synchronized Instant instant() {
    return now;
  }

  /** Shows this time from now on. */
  public synchronized void set(Instant time) {
    now = time;
  }

  /**
   * Moves on by this much, back if it is negative.
   *
   * @return the time that it shows then
   */
  public synchronized Instant advance(Duration by) {
    now = now.plus(by);
    return now;
  }

  @Override
  public String toString() {
    return "ManualClock[" + instant() + "]";
  }
}
