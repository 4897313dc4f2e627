package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.worker.run.Attempt;
import io.clusterdb.tasks.worker.run.AttemptRunner;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

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
  private int waiting;

  UnknownTypes(Duration grace, Timers timers, AttemptRunner runner, Completions completions) {
    this.grace = grace;
    this.timers = timers;
    this.runner = runner;
    this.completions = completions;
  }

  /** How many wait. */
  int waiting() {
    return waiting;
  }

  /** How many wait of each type. */
  Map<String, Integer> byType() {
    return Map.copyOf(byType);
  }

  /** Lets it wait; false if it fails at once, its outcome being replaced. */
  boolean park(Attempt attempt) {
    long left = grace.toNanos();
    if (left <= 0 || waiting >= MAX_WAITING) {
      fail(attempt);
      return false;
    }
    String type = job(attempt).type();
    waiting++;
    byType.merge(type, 1, Integer::sum);
    timers.at(
        attempt.startedNanos() + left + TimeUnit.MILLISECONDS.toNanos(1),
        () -> {
          waiting--;
          byType.computeIfPresent(type, (any, count) -> count == 1 ? null : count - 1);
          if (attempt.tenure().held()) {
            fail(attempt);
          }
          completions.add(attempt); // also if its partition has gone: it may hold a key
        });
    return true;
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
