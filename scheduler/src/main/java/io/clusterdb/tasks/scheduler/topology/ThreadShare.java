package io.clusterdb.tasks.scheduler.topology;

import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * What the partitions that one thread of Kafka Streams owns share: its one transaction. Used by
 * that thread only.
 */
final class ThreadShare {
  private final LongSupplier ticker;
  private final long spacingNanos;
  private int partitions;
  private long lastCommit;

  private ThreadShare(LongSupplier ticker, long spacingNanos) {
    this.ticker = ticker;
    this.spacingNanos = spacingNanos;
    this.lastCommit = ticker.getAsLong() - spacingNanos;
  }

  /** One for each thread that asks. */
  static ThreadLocal<ThreadShare> perThread(LongSupplier ticker, long spacingNanos) {
    return ThreadLocal.withInitial(() -> new ThreadShare(ticker, spacingNanos));
  }

  void enter() {
    partitions++;
  }

  void leave() {
    partitions--;
  }

  /** Partitions of waiting jobs that the thread owns, at least 1. */
  int partitions() {
    return Math.max(1, partitions);
  }

  /**
   * Asks for a commit if none was asked for lately: what comes alone goes out at once, what comes
   * in numbers goes out at the commit interval.
   */
  void commitSoon(ProcessorContext<?, ?> context) {
    long now = ticker.getAsLong();
    if (now - lastCommit >= spacingNanos) {
      lastCommit = now;
      context.commit();
    }
  }
}
