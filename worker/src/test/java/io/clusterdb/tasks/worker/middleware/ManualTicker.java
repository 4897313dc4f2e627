package io.clusterdb.tasks.worker.middleware;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A ticker whose time passes when somebody sleeps, or when told. */
final class ManualTicker implements Ticker {
  private final AtomicLong now = new AtomicLong(-5_000_000_000L);

  @Override
  public long nanos() {
    return now.get();
  }

  @Override
  public void sleep(long nanos) {
    now.addAndGet(nanos);
  }

  void advance(Duration by) {
    now.addAndGet(by.toNanos());
  }
}
