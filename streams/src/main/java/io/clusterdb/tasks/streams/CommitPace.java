package io.clusterdb.tasks.streams;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/**
 * When the partitions of one thread of Kafka Streams, which share a transaction, ask for its
 * commit. What comes alone goes out at once; what comes in numbers goes out together, and the more
 * a commit takes, the more comes together: the time between two is a multiple of what the last one
 * took, so that a thread under load works for most of its time. Used by that thread only.
 */
public final class CommitPace {
  /** Work between two commits, as a multiple of what the last one took. */
  private static final long WORK = 2;

  private final CommitTimes times;
  private final LongSupplier ticker;
  private final long least;
  private long asked;

  private CommitPace(CommitTimes times, LongSupplier ticker, long least) {
    this.times = times;
    this.ticker = ticker;
    this.least = least;
    this.asked = ticker.getAsLong() - least;
  }

  /**
   * One for each thread that asks.
   *
   * @param times what commits take; while a thread has none there, it asks by the clock
   * @param ticker a monotonic clock in nanoseconds
   * @param least least time between two commits that are asked for
   */
  public static ThreadLocal<CommitPace> perThread(
      CommitTimes times, LongSupplier ticker, Duration least) {
    return ThreadLocal.withInitial(() -> new CommitPace(times, ticker, least.toNanos()));
  }

  /**
   * Asks for a commit if the time for one has come, or says how long to wait before asking again,
   * in nanoseconds; 0 if what was worked on so far is in a commit that was asked for.
   */
  public long ask(ProcessingContext context) {
    if (times.known() && asked - times.last() > 0) {
      context.commit(); // One that was asked for has not begun: this is part of it.
      return 0;
    }
    long now = ticker.getAsLong();
    long left = times.known() ? afterLast() - now : asked + least - now;
    if (left > 0) {
      return left;
    }
    asked = now;
    context.commit();
    return 0;
  }

  private long afterLast() {
    return times.last() + Math.max(least, WORK * times.took());
  }

  /** When a commit was last asked for, by the ticker. */
  public long last() {
    return asked;
  }
}
