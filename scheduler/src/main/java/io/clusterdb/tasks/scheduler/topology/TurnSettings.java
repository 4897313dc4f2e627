package io.clusterdb.tasks.scheduler.topology;

/**
 * How the scheduler spaces its work. Short spaces make jobs punctual; long ones make fewer
 * transactions, each of which holds back the readers of the queues that it writes to.
 *
 * @param gridMs jobs that become due leave at multiples of this, in milliseconds
 * @param turnJobs most jobs that leave in one transaction
 * @param turnMs most time that jobs leave in one transaction, in milliseconds
 * @param clockCheckMs how often the scheduler's clock is looked at while jobs wait, in
 *     milliseconds: a clock that jumps ahead is noticed so late
 */
public record TurnSettings(long gridMs, int turnJobs, long turnMs, long clockCheckMs) {
  /** What measurements on two cores chose. */
  public static final TurnSettings DEFAULT = new TurnSettings(20, 8_000, 60, 1_000);
}
