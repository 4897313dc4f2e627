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

  /** One job on its way has arrived, or never will; the next measurement knows. */
  void settle() {
    settled.increment();
  }

  /** What to hand to {@link #measured} after a measurement that starts now. */
  long mark() {
    return settled.sum();
  }

  /** Takes over a measurement. */
  void measured(long depth, long mark) {
    // In this order a reader in between sees too much rather than too little.
    measured = depth;
    settledBefore = mark;
  }
}
