package io.clusterdb.tasks.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts jobs that start, of which the first third is not to be measured. Thread-safe. */
final class JobCount {
  private static final int MINUTES = 5;

  private final int all;
  private final int first;
  private final AtomicInteger started = new AtomicInteger();
  private final CountDownLatch going = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);

  JobCount(int all) {
    this.all = all;
    this.first = all / 3;
  }

  void started() {
    int now = started.incrementAndGet();
    if (now == first) {
      going.countDown();
    } else if (now == all) {
      done.countDown();
    }
  }

  /** Waits until the first third has started. */
  void awaitGoing() throws InterruptedException {
    await(going);
  }

  /** Waits until each has started. */
  void awaitAll() throws InterruptedException {
    await(done);
  }

  private void await(CountDownLatch latch) throws InterruptedException {
    if (!latch.await(MINUTES, TimeUnit.MINUTES)) {
      throw new IllegalStateException(
          "expected %,d jobs to start, found %,d in %d minutes"
              .formatted(all, started.get(), MINUTES));
    }
  }

  /** Those after the first third. */
  int measured() {
    return all - first;
  }
}
