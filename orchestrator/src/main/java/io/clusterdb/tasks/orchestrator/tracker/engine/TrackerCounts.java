package io.clusterdb.tasks.orchestrator.tracker.engine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Counts of every queue in one partition. One thread counts, any may read. */
public final class TrackerCounts {
  private final Map<String, QueueCounts> queues = new ConcurrentHashMap<>();

  /** The queues that there is anything of. */
  public Map<String, QueueCounts> queues() {
    return queues;
  }

  /** The counts of a queue; null if there is nothing of it. */
  public @Nullable QueueCounts queue(String name) {
    return queues.get(name);
  }

  /** How many runs are counted. */
  public long total() {
    return queues.values().stream().mapToLong(QueueCounts::total).sum();
  }

  /**
   * Counts a change.
   *
   * @param before what was known; null for nothing
   * @param after what is known now; null if it was forgotten
   */
  public void moved(@Nullable RunState before, @Nullable RunState after) {
    if (before != null && before.counted()) {
      of(before).add(before, -1);
    }
    if (after != null && after.counted()) {
      QueueCounts counts = of(after);
      counts.add(after, 1);
      counts.happened(
          before == null || !before.known(),
          after,
          after.finishedAt() > 0 && (before == null || before.finishedAt() == 0),
          attemptEnded(before, after));
    }
  }

  /** Counts a run that is found in the store, of which nothing is new. */
  public void found(RunState run) {
    if (run.counted()) {
      of(run).add(run, 1);
    }
  }

  /** The counts of a queue, for taking up what was left in a file. */
  public QueueCounts make(String queue) {
    return queues.computeIfAbsent(queue, name -> new QueueCounts());
  }

  private QueueCounts of(RunState run) {
    QueueCounts known = queues.get(run.queue());
    return known == null ? make(run.queue()) : known;
  }

  private static boolean attemptEnded(@Nullable RunState before, RunState after) {
    if (after.last() == null || !after.last().standing().stage().endsAttempt()) {
      return false;
    }
    if (before == null || before.last() == null) {
      return true;
    }
    Standing old = before.last().standing();
    return old.attempt() < after.last().standing().attempt() || !old.stage().endsAttempt();
  }
}
