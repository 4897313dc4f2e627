package io.clusterdb.tasks.orchestrator.tracker.engine;

import io.clusterdb.tasks.JobState;

/**
 * When runs are forgotten.
 *
 * @param finishedMs how long a run that ended is kept at most, in milliseconds
 */
public record Expiry(long finishedMs) {
  /** How a queue keeps its runs. */
  public sealed interface Rule {
    /** The queue is there, and keeps what it consumed for so long, in milliseconds. */
    record Retention(long millis) implements Rule {}

    /** There is no such queue any more. */
    record Gone() implements Rule {}
  }

  /**
   * Whether a run is to be forgotten now. One that ended is kept for the queue's retention, but no
   * longer than all are; a dead letter for the queue's retention, since it is still there to be
   * looked at; one that has not ended for as long as its queue exists.
   */
  public boolean expired(RunState run, Rule rule, long now) {
    long age = now - run.standing().at();
    return switch (rule) {
      case Rule.Gone gone -> age > finishedMs;
      case Rule.Retention retention -> {
        if (!run.standing().stage().terminal()) {
          yield false;
        }
        boolean deadLetter = run.state() == JobState.DEAD && run.counted();
        yield age > (deadLetter ? retention.millis() : Math.min(finishedMs, retention.millis()));
      }
    };
  }

  /** No run that was created after this can be expired. */
  public long youngest(Rule rule, long now) {
    return now
        - switch (rule) {
          case Rule.Gone gone -> finishedMs;
          case Rule.Retention retention -> Math.min(finishedMs, retention.millis());
        };
  }
}
