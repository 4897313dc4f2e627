package io.clusterdb.tasks.streams;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/**
 * When the partitions of one thread of Kafka Streams, which share a transaction, ask for its
 * commit. What comes alone goes out at once; what comes in numbers goes out together, and the more
 * a commit takes, the more comes together: commits may take a third of the time of a thread that
 * has records to work on, so that under load it works for the rest. One that has none waits for a
 * tenth of a second at most: the brokers have other work. Time that was not taken can be taken
 * later, so much that a few steps that follow each other never wait. Used by that thread only.
 */
public final class CommitPace {
  /** The thread's time for each moment of commits. */
  private static final long SHARE = 3;

  /** Commits' time that can be saved up, some ten commits of idle brokers. */
  private static final long SAVED = TimeUnit.MILLISECONDS.toNanos(30);

  /** Longest wait since the last commit of a thread that has nothing else to do. */
  private static final long IDLE = TimeUnit.MILLISECONDS.toNanos(100);

  private final CommitTimes times;
  private final LongSupplier ticker;
  private final long least;
  private long asked;
  private long left = SAVED;
  private long lookedAt;
  private long spent;

  private CommitPace(CommitTimes times, LongSupplier ticker, long least) {
    this.times = times;
    this.ticker = ticker;
    this.least = least;
    this.lookedAt = ticker.getAsLong();
    this.asked = lookedAt - least;
  }

  /**
   * One for each thread that asks.
   *
   * @param times what commits take; while a thread has none there, it asks by the clock
   * @param ticker a monotonic clock in nanoseconds
   * @param least least time between two commits that are asked for where none can be taken at once
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
    if (asks()) {
      context.commit(); // One that was asked for has not begun: this is part of it.
      return 0;
    }
    long now = ticker.getAsLong();
    long wait = times.known() ? untilAllowed(now) : asked + least - now;
    if (times.known() && times.idle()) {
      wait = Math.min(wait, untilIdle());
    }
    if (wait > 0) {
      return wait;
    }
    asked = now;
    context.commit();
    return 0;
  }

  private long untilAllowed(long now) {
    long saved = Math.min(SAVED, left + (now - lookedAt) / SHARE);
    // A debt is of the last commit at most: slow brokers that are well again are not made up for.
    left = Math.max(saved - (times.spent() - spent), -times.took());
    lookedAt = now;
    spent = times.spent();
    return left >= 0 ? 0 : Math.max(-left * SHARE, times.last() + least - now);
  }

  /** Whether a commit was asked for that has not begun: what is worked on now is part of it. */
  boolean asks() {
    return times.known() && asked - times.last() > 0;
  }

  /** Whether what was worked on at this time is in a commit, or in one that was asked for. */
  boolean covers(long worked) {
    return asked - worked >= 0 || (times.known() && times.last() - worked > 0);
  }

  /** Nanoseconds until a thread that has nothing else to do may commit; negative if it may now. */
  long untilIdle() {
    return times.last() + IDLE - now();
  }

  /** Nanoseconds since the last commit, or since one was asked for where none is known. */
  long sinceLast() {
    return now() - (times.known() ? times.last() : asked);
  }

  /** The time by the ticker. */
  long now() {
    return ticker.getAsLong();
  }
}
