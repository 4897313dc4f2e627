package io.clusterdb.tasks.orchestrator.lease;

import io.clusterdb.tasks.orchestrator.lease.engine.Hold;
import io.clusterdb.tasks.orchestrator.lease.engine.LeaseEnd;
import io.clusterdb.tasks.orchestrator.lease.engine.LeaseToken;
import io.clusterdb.tasks.worker.run.Handout.Handed;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** A job that a caller has for a while. Thread-safe. */
final class Lease {
  private final LeaseToken token;
  private final Handed handed;
  private final LongSupplier ticker;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Hold hold;

  Lease(LeaseToken token, Handed handed, Duration duration, LongSupplier ticker) {
    this.token = token;
    this.handed = handed;
    this.ticker = ticker;
    this.hold = new Hold(ticker.getAsLong(), duration);
  }

  LeaseToken token() {
    return token;
  }

  /** The job, its partition, and what becomes of it. */
  Handed handed() {
    return handed;
  }

  /** Waits for its end, its own expiry among them. */
  LeaseEnd await() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        long now = ticker.getAsLong();
        LeaseEnd end = hold.end(now);
        if (end != null) {
          return end;
        }
        long unused = changed.awaitNanos(hold.left(now));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends it; false if it had ended. */
  boolean end(LeaseEnd how) {
    lock.lock();
    try {
      boolean ended = hold.end(how, ticker.getAsLong());
      changed.signalAll();
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /** Lets it last this long from now on; false if it had ended. */
  boolean extend(Duration duration) {
    lock.lock();
    try {
      boolean held = !handed.context().cancelled() && hold.extend(ticker.getAsLong(), duration);
      changed.signalAll();
      return held;
    } finally {
      lock.unlock();
    }
  }

  /** When it ends unless it is extended; the job's own timeout may come first. */
  Instant expiresAt(Instant now) {
    long left;
    lock.lock();
    try {
      left = hold.left(ticker.getAsLong());
    } finally {
      lock.unlock();
    }
    Instant own = now.plusMillis(TimeUnit.NANOSECONDS.toMillis(left));
    return handed.context().deadline().filter(own::isAfter).orElse(own);
  }
}
