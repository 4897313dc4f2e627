package io.clusterdb.tasks.orchestrator;

/** What an orchestrator is doing. */
public enum OrchestratorState {
  /** It has not had its share of the work yet, or restores its stores for the first time. */
  STARTING,
  /** It works. */
  RUNNING,
  /** It works on what it keeps, while shares are handed out anew or stores are restored. */
  REBALANCING,
  /** It has ended by itself, and does not come back. */
  FAILED,
  /** It was closed. */
  CLOSED;

  /** Whether it works, at least on a part of its share. */
  public boolean ready() {
    return this == RUNNING || this == REBALANCING;
  }
}
