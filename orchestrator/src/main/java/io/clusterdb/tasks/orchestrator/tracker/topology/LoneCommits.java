package io.clusterdb.tasks.orchestrator.tracker.topology;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/**
 * Asks for the commit of what comes alone, so that it is seen at once. What comes in numbers is
 * left to the commit interval, which starts when the last commit has ended: a commit waits for the
 * brokers once for each partition of the thread, and under load that can take longer than the time
 * between two requests, so that requests by the clock would leave hardly any time to work. Used by
 * one thread.
 */
final class LoneCommits {
  /** Records between two commits that are few. */
  private static final int FEW = 20;

  private final LongSupplier ticker;
  private final long spacing;
  private long lookedAt;
  private int came;

  private LoneCommits(LongSupplier ticker, long spacing) {
    this.ticker = ticker;
    this.spacing = spacing;
    this.lookedAt = ticker.getAsLong() - spacing;
  }

  /**
   * One for each thread of Kafka Streams, whose partitions share a transaction.
   *
   * @param ticker a monotonic clock in nanoseconds
   * @param spacing least time between two requests
   */
  static ThreadLocal<LoneCommits> perThread(LongSupplier ticker, Duration spacing) {
    return ThreadLocal.withInitial(() -> new LoneCommits(ticker, spacing.toNanos()));
  }

  /** Says that a record came and was worked on. */
  void came(ProcessingContext context) {
    came++;
    long now = ticker.getAsLong();
    if (now - lookedAt >= spacing) {
      boolean few = came <= FEW;
      lookedAt = now;
      came = 0;
      if (few) {
        context.commit();
      }
    }
  }
}
