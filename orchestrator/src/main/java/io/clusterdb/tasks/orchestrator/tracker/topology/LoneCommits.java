package io.clusterdb.tasks.orchestrator.tracker.topology;

import io.clusterdb.tasks.streams.CommitTimes;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Says when the commit of what comes alone is to be asked for, so that it is seen soon. It waits a
 * moment for another commit of the thread that takes it along, such as that of a workflow's next
 * step, which would wait for one of its own. What comes in numbers is left to the commit interval,
 * which starts when the last commit has ended: a commit waits for the brokers once for each
 * partition of the thread, and under load that can take longer than the time between two requests,
 * so that requests by the clock would leave hardly any time to work. Used by one thread.
 */
final class LoneCommits {
  /** How long to wait for a commit that takes along what came alone. */
  static final Duration MOMENT = Duration.ofMillis(10);

  /** Records between two commits that are few. */
  private static final int FEW = 20;

  private final CommitTimes times;
  private final LongSupplier ticker;
  private final long spacing;
  private long lookedAt;
  private int came;

  private LoneCommits(CommitTimes times, LongSupplier ticker, long spacing) {
    this.times = times;
    this.ticker = ticker;
    this.spacing = spacing;
    this.lookedAt = ticker.getAsLong() - spacing;
  }

  /**
   * One for each thread of Kafka Streams, whose partitions share a transaction.
   *
   * @param times when the thread commits
   * @param ticker a monotonic clock in nanoseconds
   * @param spacing least time between two requests
   */
  static ThreadLocal<LoneCommits> perThread(
      CommitTimes times, LongSupplier ticker, Duration spacing) {
    return ThreadLocal.withInitial(() -> new LoneCommits(times, ticker, spacing.toNanos()));
  }

  /**
   * Says that a record came and was worked on.
   *
   * @return whether it came alone: then {@link #due} is to be asked a moment later
   */
  boolean came() {
    came++;
    long now = ticker.getAsLong();
    if (now - lookedAt < spacing) {
      return false;
    }
    boolean few = came <= FEW;
    lookedAt = now;
    came = 0;
    return few;
  }

  /** Whether no commit has taken along what came alone. */
  boolean due() {
    return !times.known() || times.last() - lookedAt < 0;
  }
}
