package io.clusterdb.tasks.streams;

import java.time.Duration;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * The commits that one partition asks for, at the pace of its thread: at once where that allows it,
 * else as soon as it does, unless another commit took along what waited. All that Tasks writes by
 * Kafka Streams asks for its commits here. The commit interval would not do: it says how long a
 * thread works between two commits, whatever they take. Brokers that need half a second for one
 * would leave it hardly any time to work, and it would stay behind for good, all the while idle.
 * Used by the partition's thread.
 */
public final class Commits {
  private static final long NOTHING = Long.MIN_VALUE;
  private static final long NANOS_PER_MS = 1_000_000;

  /** What has to wait longer than an idle thread has to is asked for again so often. */
  private static final long LOOK = 5 * NANOS_PER_MS;

  private final ProcessorContext<?, ?> context;
  private final CommitPace pace;
  private final Alarm alarm;
  private long waitsSince = NOTHING;
  private long moment;

  /**
   * Of a partition that has not worked so far.
   *
   * @param pace that of the thread
   */
  public Commits(ProcessorContext<?, ?> context, CommitPace pace) {
    this.context = context;
    this.pace = pace;
    this.alarm = new Alarm(context, now -> ring());
  }

  /** What was worked on so far is waited for. */
  public void soon() {
    long left = pace.ask(context);
    if (left <= 0) {
      waitsSince = NOTHING;
      return;
    }
    if (!waits()) {
      waitsSince = pace.now();
    }
    moment = 0;
    wake(Math.min(left, Math.max(LOOK, pace.untilIdle())));
  }

  /**
   * What was worked on so far can wait a little, for other work that then shares its commit.
   *
   * @param least how long in any case: a commit that is asked for by then takes it along
   * @param spacing least time since the last commit, for what comes in numbers
   */
  public void later(Duration least, Duration spacing) {
    if (pace.asks()) {
      soon(); // Nothing waits longer for it, and one that got lost is asked for again.
      return;
    }
    long nanos = least.toNanos();
    if (!waits()) {
      waitsSince = pace.now();
    } else if (nanos >= moment) {
      return;
    }
    moment = nanos;
    wake(Math.max(nanos, spacing.toNanos() - pace.sinceLast()));
  }

  private void ring() {
    if (waits()) {
      soon();
    }
  }

  /** Whether there is something that no commit was asked for; that of any partition is for all. */
  private boolean waits() {
    return waitsSince != NOTHING && !pace.covers(waitsSince);
  }

  private void wake(long nanos) {
    alarm.set(context.currentSystemTimeMs() + Math.max(1, Math.ceilDiv(nanos, NANOS_PER_MS)));
  }
}
