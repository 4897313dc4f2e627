package io.clusterdb.tasks.scheduler;

import io.clusterdb.tasks.metrics.Meters;
import io.clusterdb.tasks.streams.RestoreProgress;
import io.clusterdb.tasks.streams.StreamsMeters;
import io.clusterdb.tasks.streams.ThreadRestarts;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.jspecify.annotations.Nullable;

/** An application of Kafka Streams, and whether it works. Thread-safe. */
final class StreamsPart {
  private final KafkaStreams streams;
  private final StreamsMeters meters;
  private final CountDownLatch ready = new CountDownLatch(1);

  /**
   * Makes it of one that has not started.
   *
   * @param restores hears how far its stores are restored
   * @param meters where its metrics are shown; null for nowhere
   */
  StreamsPart(KafkaStreams streams, RestoreProgress restores, @Nullable Meters meters) {
    this.streams = streams;
    this.meters = StreamsMeters.show(meters, streams);
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

  /** About how many entries its part of a store has; 0 while that cannot be told. */
  long entries(String store) {
    try {
      return streams
          .store(
              StoreQueryParameters.fromNameAndType(
                  store, QueryableStoreTypes.<byte[], byte[]>keyValueStore()))
          .approximateNumEntries();
    } catch (InvalidStateStoreException e) {
      return 0;
    }
  }

  /** Stops; whether it did in time. */
  boolean close(GroupMembershipOperation membership, Duration limit) {
    meters.close();
    return streams.close(CloseOptions.groupMembershipOperation(membership).withTimeout(limit));
  }
}
