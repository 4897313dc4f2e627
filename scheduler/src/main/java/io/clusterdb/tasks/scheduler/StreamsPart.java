package io.clusterdb.tasks.scheduler;

import io.clusterdb.tasks.streams.RestoreProgress;
import io.clusterdb.tasks.streams.ThreadRestarts;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;

/** An application of Kafka Streams, and whether it works. Thread-safe. */
final class StreamsPart {
  private final KafkaStreams streams;
  private final CountDownLatch ready = new CountDownLatch(1);

  /**
   * Makes it of one that has not started.
   *
   * @param restores hears how far its stores are restored
   */
  StreamsPart(KafkaStreams streams, RestoreProgress restores) {
    this.streams = streams;
    streams.setGlobalStateRestoreListener(restores);
    streams.setUncaughtExceptionHandler(new ThreadRestarts("scheduler", System::nanoTime));
    streams.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.RUNNING) {
            ready.countDown();
          }
        });
  }

  void start() {
    streams.start();
  }

  SchedulerState state() {
    return switch (streams.state()) {
      case CREATED -> SchedulerState.STARTING;
      case REBALANCING ->
          ready.getCount() == 0 ? SchedulerState.REBALANCING : SchedulerState.STARTING;
      case RUNNING -> SchedulerState.RUNNING;
      case PENDING_SHUTDOWN, NOT_RUNNING -> SchedulerState.CLOSED;
      case PENDING_ERROR, ERROR -> SchedulerState.FAILED;
    };
  }

  /** Waits until it works; whether it does. */
  boolean awaitReady(Duration limit) throws InterruptedException {
    return ready.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Whether a task of this instance reads a partition. */
  boolean reads(TopicPartition partition) {
    return streams.metadataForLocalThreads().stream()
        .flatMap(thread -> thread.activeTasks().stream())
        .anyMatch(task -> task.topicPartitions().contains(partition));
  }

  /** Stops; whether it did in time. */
  boolean close(GroupMembershipOperation membership, Duration limit) {
    return streams.close(CloseOptions.groupMembershipOperation(membership).withTimeout(limit));
  }
}
