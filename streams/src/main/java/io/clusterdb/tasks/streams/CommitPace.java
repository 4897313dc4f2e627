package io.clusterdb.tasks.streams;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/**
 * When the partitions of one thread of Kafka Streams, which share a transaction, ask for its
 * commit. Used by that thread only.
 */
public final class CommitPace {
  private final LongSupplier ticker;
  private final long spacing;
  private long last;

  private CommitPace(LongSupplier ticker, long spacing) {
    this.ticker = ticker;
    this.spacing = spacing;
    this.last = ticker.getAsLong() - spacing;
  }

  /**
   * One for each thread that asks.
   *
   * @param ticker a monotonic clock in nanoseconds
   */
  public static ThreadLocal<CommitPace> perThread(LongSupplier ticker, Duration spacing) {
    return ThreadLocal.withInitial(() -> new CommitPace(ticker, spacing.toNanos()));
  }

  /**
   * Asks for a commit if none was asked for lately: what comes alone goes out at once, what comes
   * in numbers goes out together.
   */
  public void soon(ProcessingContext context) {
    long now = ticker.getAsLong();
    if (now - last >= spacing) {
      last = now;
      context.commit();
    }
  }
}
