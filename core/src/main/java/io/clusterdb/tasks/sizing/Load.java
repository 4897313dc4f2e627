package io.clusterdb.tasks.sizing;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a platform has to carry. Immutable.
 *
 * @param peakPerSecond jobs a second at the busiest time, above 0
 * @param averagePerSecond jobs a second over the days, which fills the disks; above 0 and at most
 *     the peak
 * @param payloadBytes size of a payload as it is sent, from 0 to a million
 * @param handlerTime how long a handler takes on average, above 0
 * @param attempts attempts that a job takes on average, at least 1
 * @param retention how long consumed jobs are kept, not negative
 * @param replication copies of each record, from 1
 * @param workers worker processes, from 1; null to have them counted
 * @param concurrency jobs at once in a worker process, from 1; null to have it counted, or 50 where
 *     workers are counted
 * @param waiting jobs that wait for their time on average, not negative
 * @param diskPerBroker bytes that a broker can store, above 0
 */
public record Load(
    double peakPerSecond,
    double averagePerSecond,
    long payloadBytes,
    Duration handlerTime,
    double attempts,
    Duration retention,
    int replication,
    @Nullable Integer workers,
    @Nullable Integer concurrency,
    long waiting,
    long diskPerBroker) {
  private static final long MOST_PAYLOAD = 1_000_000;
  private static final double MOST_PER_SECOND = 10_000_000;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is exceeded
   */
  public Load {
    expect(
        peakPerSecond > 0 && peakPerSecond <= MOST_PER_SECOND,
        "jobs a second above 0, at most ten million",
        peakPerSecond);
    expect(
        averagePerSecond > 0 && averagePerSecond <= peakPerSecond,
        "an average above 0, at most the peak of " + peakPerSecond,
        averagePerSecond);
    expect(
        payloadBytes >= 0 && payloadBytes <= MOST_PAYLOAD,
        "a payload of at most a million bytes",
        payloadBytes);
    expect(
        handlerTime.isPositive() && handlerTime.compareTo(Duration.ofDays(7)) <= 0,
        "a handler's time above 0, at most 7d",
        handlerTime);
    expect(attempts >= 1 && attempts <= 100, "1 to 100 attempts a job", attempts);
    expect(
        !retention.isNegative() && retention.compareTo(Duration.ofDays(3650)) <= 0,
        "a retention of at most 3650d",
        retention);
    expect(replication >= 1 && replication <= 100, "1 to 100 copies", replication);
    expect(workers == null || workers >= 1, "a worker or more", workers);
    expect(concurrency == null || concurrency >= 1, "a concurrency from 1", concurrency);
    expect(waiting >= 0, "waiting jobs from 0", waiting);
    expect(diskPerBroker > 0, "disk space above 0", diskPerBroker);
  }

  private static void expect(boolean holds, String what, @Nullable Object found) {
    if (!holds) {
      throw new IllegalArgumentException("expected " + what + ", found " + found);
    }
  }
}
