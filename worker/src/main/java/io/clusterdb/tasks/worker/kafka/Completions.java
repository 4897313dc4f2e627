package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.worker.run.Attempt;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Attempts that have ended, on their way from handlers to the owner thread. Thread-safe. */
final class Completions {
  private final ConcurrentLinkedQueue<Attempt> ended = new ConcurrentLinkedQueue<>();
  private volatile @Nullable Thread waiting;

  /** Adds an attempt, and wakes the owner if it waits here. */
  void add(Attempt attempt) {
    ended.add(attempt);
    Thread owner = waiting;
    if (owner != null) {
      LockSupport.unpark(owner);
    }
  }

  /** Moves at most this many to {@code target}. */
  void drainTo(Collection<Attempt> target, int most) {
    for (int i = 0; i < most; i++) {
      Attempt next = ended.poll();
      if (next == null) {
        return;
      }
      target.add(next);
    }
  }

  boolean isEmpty() {
    return ended.isEmpty();
  }

  /** Waits until one comes, at most this long. Owner thread only. */
  void await(long nanos) {
    waiting = Thread.currentThread();
    try {
      if (ended.isEmpty()) {
        LockSupport.parkNanos(this, nanos);
      }
    } finally {
      waiting = null;
    }
  }
}
