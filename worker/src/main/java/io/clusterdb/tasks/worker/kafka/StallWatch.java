package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.worker.engine.Watchdog;
import io.clusterdb.tasks.worker.run.Clocks;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names partitions that have work and make no progress. Used by the owner thread. */
final class StallWatch {
  private static final Logger LOG = LoggerFactory.getLogger(StallWatch.class);
  private static final long WATCH_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration STALL_THRESHOLD = Duration.ofSeconds(60);

  private final Partitions partitions;
  private final RunningJobs running;
  private final Clocks clocks;
  private final Watchdog<TopicPartition> watchdog = new Watchdog<>(STALL_THRESHOLD);
  private long lastWatch;

  StallWatch(Partitions partitions, RunningJobs running, Clocks clocks) {
    this.partitions = partitions;
    this.running = running;
    this.clocks = clocks;
  }

  /** Looks at most once a second. */
  void look(long now) {
    if (now - lastWatch < WATCH_NANOS) {
      return;
    }
    lastWatch = now;
    for (PartitionState state : partitions.all()) {
      if (state.owned()) {
        watchdog
            .observe(state.partition(), state.finishedJobs(), state.buffered() > 0, now)
            .ifPresent(
                stall ->
                    LOG.warn(
                        "{} has made no progress for {}: {} jobs wait or run, {}. Look for a"
                            + " handler that hangs, or give the job a timeout.",
                        state.partition(),
                        Durations.format(stall.since()),
                        state.buffered(),
                        running.oldest(state.tenure(), clocks.now())));
      }
    }
  }

  /** Partitions that are stalled now. */
  int stalled(long now) {
    return watchdog.stalled(now);
  }

  /** A partition has gone. */
  void forget(TopicPartition partition) {
    watchdog.forget(partition);
  }
}
