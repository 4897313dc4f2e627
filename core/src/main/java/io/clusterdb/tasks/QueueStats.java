package io.clusterdb.tasks;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a queue is getting on. Immutable.
 *
 * @param queue its name
 * @param paused whether its jobs are held back
 * @param depth jobs in the queue that are not done: those that wait for a worker and those that run
 * @param byState jobs that are remembered, by state; those that ended only until they are forgotten
 * @param byLane the depth, by lane
 * @param oldestAgeSeconds how long the job has been in the queue that has been there longest; null
 *     where it is empty
 * @param enqueuedPerSecond jobs that came, over the last minute
 * @param finishedPerSecond jobs that ended, over the last minute
 * @param errorRate which part of the attempts that ended in the last minute failed, from 0 to 1
 * @param workers members of the queue's group
 * @param partitions partitions of each lane
 * @param lag records between the group's base and the end of the queue
 * @param trackerLag records that the orchestrator has yet to read before these numbers are those of
 *     now
 */
public record QueueStats(
    String queue,
    boolean paused,
    long depth,
    Map<JobState, Long> byState,
    Map<Priority, Long> byLane,
    @Nullable Double oldestAgeSeconds,
    double enqueuedPerSecond,
    double finishedPerSecond,
    double errorRate,
    int workers,
    int partitions,
    long lag,
    long trackerLag) {
  /** Copies the maps. */
  public QueueStats {
    byState = Map.copyOf(byState);
    byLane = Map.copyOf(byLane);
  }
}
