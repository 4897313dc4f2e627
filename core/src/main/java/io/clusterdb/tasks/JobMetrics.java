package io.clusterdb.tasks;

import java.time.Duration;
import java.util.Map;

/** Receives what a metrics middleware measures. Thread-safe; must not block. */
@FunctionalInterface
public interface JobMetrics {
  /** Keeps nothing. */
  JobMetrics NONE = (prefix, labels, job, outcome, duration) -> {};

  /**
   * An attempt ended.
   *
   * @param prefix the middleware's prefix
   * @param labels the middleware's labels
   * @param job the attempt's job
   * @param outcome {@code succeeded}; {@code abandoned} where the attempt no longer counted when
   *     its handler ended, since it had timed out, was cancelled, or its partition had moved; else
   *     the plain name of the error
   * @param duration how long the handler ran
   */
  void attemptEnded(
      String prefix, Map<String, String> labels, JobInfo job, String outcome, Duration duration);
}
