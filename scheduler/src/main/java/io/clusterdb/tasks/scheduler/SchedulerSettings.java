package io.clusterdb.tasks.scheduler;

import io.clusterdb.tasks.scheduler.topology.TurnSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a scheduler runs. Immutable; each method that takes a value returns a changed copy.
 *
 * @param instance stable id of this instance, unique among those that run; with one a restart takes
 *     its work up again without a rebalance; null for none
 * @param stateDir directory of the stores, for this instance alone; null for a temporary one, so
 *     that each start restores everything from Kafka
 * @param threads threads that share the partitions; 1 by default
 * @param standbyReplicas copies of each store on other instances, which take over without a
 *     restore; 0 by default
 * @param housekeeping time between two rounds of housekeeping; a minute by default
 * @param offsetRefresh time between two refreshes of the offsets of a group without members; 12
 *     hours by default, far below the brokers' {@code offsets.retention.minutes}
 * @param turns how work is spaced
 */
public record SchedulerSettings(
    @Nullable String instance,
    @Nullable Path stateDir,
    int threads,
    int standbyReplicas,
    Duration housekeeping,
    Duration offsetRefresh,
    TurnSettings turns) {
  /** What holds unless said otherwise. */
  public static final SchedulerSettings DEFAULT =
      new SchedulerSettings(
          null, null, 1, 0, Duration.ofMinutes(1), Duration.ofHours(12), TurnSettings.DEFAULT);

  /** Checks the values. */
  public SchedulerSettings {
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
    if (housekeeping.toMillis() < 100) {
      throw new IllegalArgumentException(
          "expected housekeeping every 100ms or more, found " + housekeeping);
    }
  }

  /** With this stable id. */
  public SchedulerSettings instance(@Nullable String id) {
    return new SchedulerSettings(
        id, stateDir, threads, standbyReplicas, housekeeping, offsetRefresh, turns);
  }

  /** With this directory for the stores. */
  public SchedulerSettings stateDir(@Nullable Path directory) {
    return new SchedulerSettings(
        instance, directory, threads, standbyReplicas, housekeeping, offsetRefresh, turns);
  }

  /** With this many threads. */
  public SchedulerSettings threads(int count) {
    return new SchedulerSettings(
        instance, stateDir, count, standbyReplicas, housekeeping, offsetRefresh, turns);
  }

  /** With this many standby replicas of each store. */
  public SchedulerSettings standbyReplicas(int count) {
    return new SchedulerSettings(
        instance, stateDir, threads, count, housekeeping, offsetRefresh, turns);
  }

  /** With this time between rounds of housekeeping. */
  public SchedulerSettings housekeeping(Duration interval) {
    return new SchedulerSettings(
        instance, stateDir, threads, standbyReplicas, interval, offsetRefresh, turns);
  }

  /** With this time between refreshes of offsets. */
  public SchedulerSettings offsetRefresh(Duration interval) {
    return new SchedulerSettings(
        instance, stateDir, threads, standbyReplicas, housekeeping, interval, turns);
  }

  /** With work spaced like this. */
  public SchedulerSettings turns(TurnSettings settings) {
    return new SchedulerSettings(
        instance, stateDir, threads, standbyReplicas, housekeeping, offsetRefresh, settings);
  }
}
