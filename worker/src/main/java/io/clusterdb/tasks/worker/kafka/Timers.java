package io.clusterdb.tasks.worker.kafka;

import java.util.Comparator;
import java.util.PriorityQueue;

/** What the owner thread does later. */
final class Timers {
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::dueNanos));

  private record Timer(long dueNanos, Runnable action) {}

  /** Runs this at that time, by the monotonic ticker. */
  void at(long dueNanos, Runnable action) {
    timers.add(new Timer(dueNanos, action));
  }

  /** Runs what is due. */
  void run(long nowNanos) {
    Timer first = timers.peek();
    while (first != null && first.dueNanos() - nowNanos <= 0) {
      timers.poll();
      first.action().run();
      first = timers.peek();
    }
  }

  /** Nanoseconds until something is due; {@link Long#MAX_VALUE} for nothing. */
  long nanosUntilNext(long nowNanos) {
    Timer first = timers.peek();
    return first == null ? Long.MAX_VALUE : Math.max(0, first.dueNanos() - nowNanos);
  }

  int size() {
    return timers.size();
  }
}
