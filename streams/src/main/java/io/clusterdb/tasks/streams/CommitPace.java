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
    long unused = ask(context);
  }

  /**
   * As {@link #soon}, and says how long to wait before asking again, in nanoseconds; 0 if a commit
   * was asked for.
   */
  public long ask(ProcessingContext context) {
    long now = ticker.getAsLong();
    long left = spacing - (now - last);
    if (left > 0) {
      return left;
    }
    last = now;
    context.commit();
    return 0;
  }

  /** When a commit was asked for last, by the ticker. */
  public long last() {
    return last;
  }
}
