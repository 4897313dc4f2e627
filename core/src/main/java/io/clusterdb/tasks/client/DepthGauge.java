package io.clusterdb.tasks.client;

import java.util.concurrent.atomic.LongAdder;

/**
 * An estimate of one queue's depth between two measurements: what was measured, and what this
 * process has enqueued that the measurement cannot contain. Thread-safe; costs an addition a job.
 */
final class DepthGauge {
  private final LongAdder taken = new LongAdder();
  private final LongAdder settled = new LongAdder();
  private volatile long measured;
  private volatile long settledBefore;

  /** Pending jobs, about. */
  long estimate() {
    return measured + Math.max(0, taken.sum() - settledBefore);
  }

  /** One more job is on its way to the broker. */
  void take() {
    taken.increment();
  }

  /** A job that was taken does not go to the broker. */
  void giveBack() {
    taken.decrement();
  }

  /** One job on its way has arrived, or never will; the next measurement knows. */
  void settle() {
    settled.increment();
  }

  /**
   * Takes over a measurement that ended just now. Jobs that arrived between the broker's answer and
   * this call are in neither count, and jobs that arrived but are not settled yet in both; the next
   * measurement corrects that.
   */
  void measured(long depth) {
    long then = settled.sum();
    // In this order a reader in between sees too much rather than too little.
    measured = depth;
    settledBefore = then;
  }
}
