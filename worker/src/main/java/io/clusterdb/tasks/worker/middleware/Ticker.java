package io.clusterdb.tasks.worker.middleware;

import java.util.concurrent.TimeUnit;

/** Measures durations and waits; tests hand in their own. Thread-safe. */
public interface Ticker {
  /** This process's own. */
  Ticker SYSTEM =
      new Ticker() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void sleep(long nanos) throws InterruptedException {
          TimeUnit.NANOSECONDS.sleep(nanos);
        }
      };

  /** Nanoseconds since any fixed moment; never falls. */
  long nanos();

  /** Waits about this long. */
  void sleep(long nanos) throws InterruptedException;
}
