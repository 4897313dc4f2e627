package io.clusterdb.tasks.scheduler.topology;

import io.clusterdb.tasks.streams.CommitPace;
import io.clusterdb.tasks.streams.CommitTimes;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * What the partitions that one thread of Kafka Streams owns share: its one transaction. Used by
 * that thread only.
 */
final class ThreadShare {
  private final CommitPace pace;
  private int partitions;

  private ThreadShare(CommitPace pace) {
    this.pace = pace;
  }

  /**
   * One for each thread that asks.
   *
   * @param times what commits take
   * @param ticker a monotonic clock in nanoseconds
   * @param spacing least time between two commits that are asked for
   */
  static ThreadLocal<ThreadShare> perThread(
      CommitTimes times, LongSupplier ticker, Duration spacing) {
    ThreadLocal<CommitPace> paces = CommitPace.perThread(times, ticker, spacing);
    return ThreadLocal.withInitial(() -> new ThreadShare(paces.get()));
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
   * Asks for a commit unless the last one was lately, by what that took: what comes alone goes out
   * at once, what comes in numbers goes out at the commit interval. By the clock alone, each job
   * would have a commit of its own as soon as one takes longer than the time between two.
   */
  void commitSoon(ProcessorContext<?, ?> context) {
    var unused = pace.ask(context);
  }
}
