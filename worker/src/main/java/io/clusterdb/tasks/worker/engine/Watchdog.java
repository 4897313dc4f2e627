package io.clusterdb.tasks.worker.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Notices partitions that have work and make no progress. Confined to the owner thread. Time is a
 * monotonic count of nanoseconds.
 *
 * @param <P> identity of a partition
 */
public final class Watchdog<P> {
  /**
   * A partition without progress.
   *
   * @param since how long there has been none
   */
  public record Stall<P>(P partition, Duration since) {}

  private record Seen(long progress, long at, long reports) {}

  private final long thresholdNanos;
  private final Map<P, Seen> seen = new HashMap<>();

  /** A watchdog that reports after {@code threshold} without progress, and after each more. */
  public Watchdog(Duration threshold) {
    if (threshold.isNegative() || threshold.isZero()) {
      throw new IllegalArgumentException("Expected a threshold above 0, found " + threshold);
    }
    this.thresholdNanos = threshold.toNanos();
  }

  /**
   * Looks at a partition.
   *
   * @param progress a count that changes whenever a job of the partition ends
   * @param hasWork whether jobs wait or run; without any there is nothing to stall
   * @return the stall, once for each threshold that has passed
   */
  public Optional<Stall<P>> observe(P partition, long progress, boolean hasWork, long now) {
    Seen last = seen.get(partition);
    if (last == null || last.progress != progress || !hasWork) {
      seen.put(partition, new Seen(progress, now, 0));
      return Optional.empty();
    }
    long since = now - last.at;
    long reports = since / thresholdNanos;
    if (reports <= last.reports) {
      return Optional.empty();
    }
    seen.put(partition, new Seen(progress, last.at, reports));
    return Optional.of(new Stall<>(partition, Duration.ofNanos(since)));
  }

  /** Partitions that had work and no progress for the threshold or longer, when last looked at. */
  public int stalled(long now) {
    int count = 0;
    for (Seen last : seen.values()) {
      count += last.reports > 0 && now - last.at >= thresholdNanos ? 1 : 0;
    }
    return count;
  }

  /** Forgets a partition that is no longer owned. */
  public void forget(P partition) {
    seen.remove(partition);
  }
}
