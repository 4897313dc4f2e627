package io.clusterdb.tasks.orchestrator.tracker.engine;

import static io.clusterdb.tasks.JobState.CANCELLED;
import static io.clusterdb.tasks.JobState.DEAD;
import static io.clusterdb.tasks.JobState.QUEUED;
import static io.clusterdb.tasks.JobState.RETRYING;
import static io.clusterdb.tasks.JobState.RUNNING;
import static io.clusterdb.tasks.JobState.SCHEDULED;
import static io.clusterdb.tasks.JobState.SUCCEEDED;

import io.clusterdb.tasks.JobState;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Which state may follow which, as the tracker sees them: records of a run may be missing or come
 * late, so a state may be skipped, but a run never goes back and never leaves its end. A run may
 * begin in any state.
 */
public final class Transitions {
  private static final Map<JobState, Set<JobState>> NEXT = table();

  private Transitions() {}

  /** The states that may follow this one directly; it may also stay. */
  public static Set<JobState> after(JobState state) {
    return NEXT.getOrDefault(state, Set.of());
  }

  /** Whether a run may go from one state to another. */
  public static boolean legal(JobState from, JobState to) {
    return from == to || after(from).contains(to);
  }

  private static Map<JobState, Set<JobState>> table() {
    Map<JobState, Set<JobState>> next = new EnumMap<>(JobState.class);
    Set<JobState> ends = EnumSet.of(SUCCEEDED, DEAD, CANCELLED);
    next.put(SCHEDULED, with(ends, QUEUED, RUNNING, RETRYING));
    next.put(QUEUED, with(ends, RUNNING, RETRYING));
    next.put(RUNNING, with(ends, QUEUED, RETRYING));
    next.put(RETRYING, with(ends, QUEUED, RUNNING));
    return next;
  }

  private static Set<JobState> with(Set<JobState> ends, JobState... more) {
    Set<JobState> all = EnumSet.copyOf(ends);
    all.addAll(Set.of(more));
    return Set.copyOf(all);
  }
}
