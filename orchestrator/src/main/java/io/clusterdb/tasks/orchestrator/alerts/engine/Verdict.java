package io.clusterdb.tasks.orchestrator.alerts.engine;

/** What a rule says of a reading. */
public sealed interface Verdict {
  /** Nobody set a limit. */
  record Unwatched() implements Verdict {}

  /** It cannot be told now. */
  record Unknown() implements Verdict {}

  /** The limit is kept. */
  record Kept() implements Verdict {}

  /** The limit is passed. */
  record Passed(double value, double threshold) implements Verdict {}

  /** Passed where the value is above the threshold, else kept. */
  static Verdict of(double value, double threshold) {
    return value > threshold ? new Passed(value, threshold) : new Kept();
  }
}
