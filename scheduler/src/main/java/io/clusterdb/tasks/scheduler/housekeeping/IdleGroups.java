package io.clusterdb.tasks.scheduler.housekeeping;

import io.clusterdb.tasks.client.KafkaClients;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Keeps the offsets of a group without members. The broker drops them when the group has been empty
 * for long, counted from when its last member left, whatever is committed by administration since
 * then. So this joins the group as a member for a moment and leaves it again, without committing
 * anything: it cannot roll back what a worker commits that starts at the same moment.
 */
final class IdleGroups {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaClients clients;
  private final LongSupplier ticker;

  IdleGroups(KafkaClients clients, LongSupplier ticker) {
    this.clients = clients;
    this.ticker = ticker;
  }

  /**
   * Makes a group's time without members begin anew.
   *
   * @param topics all topics that the group has offsets of: while it has members, offsets of topics
   *     that none of them reads may be dropped
   * @return whether the group took this member in
   */
  boolean refresh(String group, Collection<String> topics) {
    try (KafkaConsumer<byte[], byte[]> consumer = clients.consumer(settings(group))) {
      Assignment assignment = new Assignment(consumer);
      consumer.subscribe(topics, assignment);
      long started = ticker.getAsLong();
      while (!assignment.came && ticker.getAsLong() - started < PATIENCE.toNanos()) {
        consumer.poll(POLL);
      }
      return assignment.came;
    }
  }

  private static Map<String, Object> settings(String group) {
    return Map.of(
        ConsumerConfig.GROUP_ID_CONFIG,
        group,
        ConsumerConfig.GROUP_PROTOCOL_CONFIG,
        "classic",
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        List.of(CooperativeStickyAssignor.class.getName()),
        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
        6_000,
        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
        1_500,
        // Nothing is read, so it does not matter from where.
        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
        "latest");
  }

  /** Notes that an assignment came, and reads nothing of it. */
  private static final class Assignment implements ConsumerRebalanceListener {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private boolean came;

    private Assignment(KafkaConsumer<byte[], byte[]> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      consumer.pause(partitions);
      came = true;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      // They were not read.
    }
  }
}
