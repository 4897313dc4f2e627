package io.clusterdb.tasks.orchestrator;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an orchestrator runs. Immutable; each method that takes a value returns a changed copy.
 *
 * @param instance stable id of this instance, unique among those that run; with one a restart takes
 *     its work up again without a rebalance; null for none
 * @param stateDir directory of the stores, for this instance alone; null for a temporary one, so
 *     that each start restores everything from Kafka
 * @param threads threads that share the partitions; 1 by default
 * @param standbyReplicas copies of each store on other instances, which take over without a
 *     restore; 0 by default
 * @param keepFinished how long a job that ended is remembered at most, 24 hours by default; a
 *     queue's shorter retention goes before it
 */
public record OrchestratorSettings(
    @Nullable String instance,
    @Nullable Path stateDir,
    int threads,
    int standbyReplicas,
    Duration keepFinished) {
  /** What holds unless said otherwise. */
  public static final OrchestratorSettings DEFAULT =
      new OrchestratorSettings(null, null, 1, 0, Duration.ofHours(24));

  /** Checks the values. */
  public OrchestratorSettings {
    if (instance != null && !instance.matches("[a-zA-Z0-9._-]{1,100}")) {
      throw new IllegalArgumentException(
          "expected an instance id of 1 to 100 letters, digits, ., _ and -, found \""
              + instance
              + "\"");
    }
    if (threads < 1 || threads > 64) {
      throw new IllegalArgumentException("expected 1 to 64 threads, found " + threads);
    }
    if (standbyReplicas < 0 || standbyReplicas > 5) {
      throw new IllegalArgumentException(
          "expected 0 to 5 standby replicas, found " + standbyReplicas);
    }
    if (keepFinished.toSeconds() < 1) {
      throw new IllegalArgumentException(
          "expected finished jobs to be kept for 1s or more, found " + keepFinished);
    }
  }

  /** With this stable id. */
  public OrchestratorSettings instance(@Nullable String id) {
    return new OrchestratorSettings(id, stateDir, threads, standbyReplicas, keepFinished);
  }

  /** With this directory for the stores. */
  public OrchestratorSettings stateDir(@Nullable Path directory) {
    return new OrchestratorSettings(instance, directory, threads, standbyReplicas, keepFinished);
  }

  /** With this many threads. */
  public OrchestratorSettings threads(int count) {
    return new OrchestratorSettings(instance, stateDir, count, standbyReplicas, keepFinished);
  }

  /** With this many standby replicas of each store. */
  public OrchestratorSettings standbyReplicas(int count) {
    return new OrchestratorSettings(instance, stateDir, threads, count, keepFinished);
  }

  /** With jobs that ended remembered for so long. */
  public OrchestratorSettings keepFinished(Duration time) {
    return new OrchestratorSettings(instance, stateDir, threads, standbyReplicas, time);
  }
}
