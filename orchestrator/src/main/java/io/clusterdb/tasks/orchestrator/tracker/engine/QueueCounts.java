package io.clusterdb.tasks.orchestrator.tracker.engine;

import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Priority;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many runs of a queue are in each state and lane, and what happened to them in the last
 * minute. One thread counts, any may read.
 */
public final class QueueCounts {
  /** Numbers that {@link #snapshot} gives. */
  public static final int CELLS = Codes.STATE_COUNT * Codes.LANE_COUNT;

  private static final int ENQUEUED = 0;
  private static final int ATTEMPTS = 1;
  private static final int FAILURES = 2;
  private static final int FINISHED = 3;
  private static final int WAITED = 4;
  private static final int WAITS = 5;
  private static final int TOTALS = 6;

  private final AtomicLongArray cells = new AtomicLongArray(CELLS);
  private final AtomicLongArray totals = new AtomicLongArray(TOTALS);
  private final RateWindow enqueued = new RateWindow();
  private final RateWindow finished = new RateWindow();
  private final RateWindow attempts = new RateWindow();
  private final RateWindow failures = new RateWindow();

  void add(RunState run, long change) {
    int cell = cell(run.lane(), run.state());
    cells.setOpaque(cell, cells.getPlain(cell) + change);
  }

  /** Counts what is new in a run. */
  void happened(boolean isNew, RunState after, boolean ended, boolean attemptEnded) {
    if (isNew) {
      more(ENQUEUED, 1);
      enqueued.count(after.createdAt());
    }
    if (ended) {
      more(FINISHED, 1);
      finished.count(after.standing().at());
    }
    if (attemptEnded && after.last() != null) {
      Standing last = after.last().standing();
      more(ATTEMPTS, 1);
      attempts.count(last.at());
      waited(after, after.last());
      if (last.stage() == Stage.RETRYING || last.stage() == Stage.DEAD) {
        more(FAILURES, 1);
        failures.count(last.at());
      }
    }
  }

  /** A first attempt waited from when the job was enqueued, or was due, until it started. */
  private void waited(RunState run, RunState.Attempted first) {
    long started = first.execution().startedAt();
    if (started > 0 && first.standing().attempt() == 1) {
      RunState.Due due = run.due();
      long ready = due == null || due.attempt() > 1 ? run.createdAt() : due.at();
      more(WAITED, Math.max(0, started - Math.max(ready, run.createdAt())));
      more(WAITS, 1);
    }
  }

  private void more(int total, long by) {
    totals.setOpaque(total, totals.getPlain(total) + by);
  }

  /** Runs that were found to be enqueued since the partition was opened. */
  public long totalEnqueued() {
    return totals.getOpaque(ENQUEUED);
  }

  /** Attempts that were found to have ended since the partition was opened. */
  public long totalAttempts() {
    return totals.getOpaque(ATTEMPTS);
  }

  /** Attempts that were found to have failed since the partition was opened. */
  public long totalFailures() {
    return totals.getOpaque(FAILURES);
  }

  /** Runs that were found to have ended since the partition was opened. */
  public long totalFinished() {
    return totals.getOpaque(FINISHED);
  }

  /** Milliseconds for which the jobs that {@link #totalWaits} counts had waited, added up. */
  public long totalWaited() {
    return totals.getOpaque(WAITED);
  }

  /** First attempts that were found to have ended, and whose start is known. */
  public long totalWaits() {
    return totals.getOpaque(WAITS);
  }

  /** How many there are in a state and lane. */
  public long count(Priority lane, JobState state) {
    return cells.getOpaque(cell(lane, state));
  }

  /** How many there are in all. */
  public long total() {
    long sum = 0;
    for (int cell = 0; cell < CELLS; cell++) {
      sum += cells.getOpaque(cell);
    }
    return sum;
  }

  /** All numbers, for a file. */
  public long[] snapshot() {
    long[] all = new long[CELLS];
    for (int cell = 0; cell < CELLS; cell++) {
      all[cell] = cells.getOpaque(cell);
    }
    return all;
  }

  /** Takes numbers up that were left in a file. */
  public void restore(long[] all) {
    for (int cell = 0; cell < CELLS; cell++) {
      cells.setOpaque(cell, all[cell]);
    }
  }

  /** Runs that were enqueued in the last minute. */
  public RateWindow enqueued() {
    return enqueued;
  }

  /** Runs that ended in the last minute. */
  public RateWindow finished() {
    return finished;
  }

  /** Attempts that ended in the last minute. */
  public RateWindow attempts() {
    return attempts;
  }

  /** Attempts that failed in the last minute. */
  public RateWindow failures() {
    return failures;
  }

  private static int cell(Priority lane, JobState state) {
    return Codes.of(lane) * Codes.STATE_COUNT + Codes.of(state);
  }
}
