package io.clusterdb.tasks.orchestrator.workflow.topology;

import io.clusterdb.tasks.orchestrator.workflow.engine.Row;
import io.clusterdb.tasks.orchestrator.workflow.topology.Timers.Timer;
import io.clusterdb.tasks.streams.TurnBudget;
import java.util.List;

/**
 * Forgets ended runs whose time has come, a few at a time, so that a million at once hold nothing
 * up. Used by the partition's thread.
 */
final class Expiry {
  private static final int TURN_RUNS = 100;
  private static final long TURN_NANOS = 5_000_000;

  private final RunStore store;
  private final Timers timers;
  private final WorkflowParts parts;

  Expiry(RunStore store, Timers timers, WorkflowParts parts) {
    this.store = store;
    this.timers = timers;
    this.parts = parts;
  }

  /** Does what fits a turn, unless the thread did so just before. */
  void turn(long now) {
    if (!parts.expiryRest().over()) {
      return;
    }
    TurnBudget budget = new TurnBudget(TURN_RUNS, TURN_NANOS, parts.ticker());
    List<Timer> due = timers.due(now, TURN_RUNS);
    for (Timer timer : due) {
      if (!budget.take()) {
        timers.again(timer);
        break;
      }
      timers.remove(timer);
      RunStore.Reading rows = store.read(timer.execution());
      Row.Run run = rows.run();
      if (run != null && run.expireAt() == timer.due()) {
        rows.forget();
      }
    }
    if (!due.isEmpty()) {
      parts.expiryRest().begin();
    }
  }

  /** How long there is nothing to do, in milliseconds. */
  long idle(long now) {
    return Math.max(parts.expiryRest().left(), timers.next() - now);
  }
}
