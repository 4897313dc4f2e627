package io.clusterdb.tasks.orchestrator.workflow.engine;

import java.time.Duration;

/**
 * Limits of the engine.
 *
 * @param retention how long an ended run is kept
 * @param maxPayload largest payload of a job and largest input of a run, in characters of JSON
 * @param maxOutput largest output of a run and of a fan-out together, likewise
 */
public record Settings(Duration retention, int maxPayload, int maxOutput) {
  /** Seven days; 900,000 and three million characters, which fit their records. */
  public static final Settings DEFAULT = new Settings(Duration.ofDays(7), 900_000, 3_000_000);

  /** Deepest nesting of runs. */
  static final int MAX_DEPTH = 10;

  /** Most signals of a name that are kept. */
  static final int MAX_KEPT = 100;

  /** Most who wait for one run. */
  static final int MAX_WAITERS = 1_000;
}
