package io.clusterdb.tasks.scheduler;

import java.util.List;

/** What a scheduler is doing. */
public enum SchedulerState {
  /** It has not had its share of the work yet. */
  STARTING,
  /** It works. */
  RUNNING,
  /** It works on what it keeps, while shares are handed out anew or stores are restored. */
  REBALANCING,
  /** It has ended by itself, and does not come back. */
  FAILED,
  /** It was closed. */
  CLOSED;

  private static final List<SchedulerState> WORST_FIRST =
      List.of(FAILED, CLOSED, STARTING, REBALANCING, RUNNING);

  /** What a whole of two parts is doing: what the worse of them does. */
  SchedulerState and(SchedulerState other) {
    return WORST_FIRST.indexOf(this) < WORST_FIRST.indexOf(other) ? this : other;
  }

  /** Whether it works, at least on a part of its share. */
  public boolean ready() {
    return this == RUNNING || this == REBALANCING;
  }
}
