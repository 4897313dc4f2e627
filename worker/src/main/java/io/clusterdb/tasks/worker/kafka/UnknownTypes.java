package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.worker.run.Attempt;
import io.clusterdb.tasks.worker.run.AttemptRunner;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Jobs of types that no handler knows wait for a while, since a rolling deploy may bring a worker
 * that does; then that costs them an attempt.
 */
final class UnknownTypes {
  /** More than these would fill the buffer and hold up the jobs of known types. */
  private static final int MAX_WAITING = 1_000;

  private final Duration grace;
  private final Timers timers;
  private final AttemptRunner runner;
  private final Completions completions;
  private final Map<String, Integer> byType = new HashMap<>();
  private final Set<Attempt> parked = Collections.newSetFromMap(new IdentityHashMap<>());

  UnknownTypes(Duration grace, Timers timers, AttemptRunner runner, Completions completions) {
    this.grace = grace;
    this.timers = timers;
    this.runner = runner;
    this.completions = completions;
  }

  /** How many wait. */
  int waiting() {
    return parked.size();
  }

  /** How many wait of each type. */
  Map<String, Integer> byType() {
    return Map.copyOf(byType);
  }

  /** Lets it wait; false if it fails at once, its outcome being replaced. */
  boolean park(Attempt attempt) {
    long left = grace.toNanos();
    if (left <= 0 || parked.size() >= MAX_WAITING) {
      fail(attempt);
      return false;
    }
    parked.add(attempt);
    byType.merge(job(attempt).type(), 1, Integer::sum);
    timers.at(
        attempt.startedNanos() + left + TimeUnit.MILLISECONDS.toNanos(1),
        () -> {
          if (parked.remove(attempt)) {
            gone(attempt);
            fail(attempt);
            completions.add(attempt);
          }
        });
    return true;
  }

  /** Waits no longer for those that are dropped: their partitions have gone, and may come back. */
  void dropIf(Predicate<Attempt> dropped) {
    parked.removeIf(
        attempt -> {
          boolean drop = dropped.test(attempt);
          if (drop) {
            gone(attempt);
          }
          return drop;
        });
  }

  private void gone(Attempt attempt) {
    byType.computeIfPresent(job(attempt).type(), (any, count) -> count == 1 ? null : count - 1);
  }

  private void fail(Attempt attempt) {
    attempt.replaceOutcome(runner.unknownType(attempt, job(attempt)));
  }

  private static JobRecord job(Attempt attempt) {
    JobRecord job = attempt.job();
    if (job == null) {
      throw new IllegalStateException("an attempt of unknown type was never read");
    }
    return job;
  }
}
