package io.clusterdb.tasks.worker.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the broker whether everything in a queue's topics is consumed. Thread-safe. */
final class QueueDepth {
  private static final Logger LOG = LoggerFactory.getLogger(QueueDepth.class);
  private static final long EVERY_MS = 200;

  private final Admin admin;
  private final String group;

  QueueDepth(Admin admin, String group) {
    this.admin = admin;
    this.group = group;
  }

  boolean awaitEmpty(Supplier<List<String>> topics, Duration wait, BooleanSupplier ended)
      throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    long until = System.nanoTime() + wait.toNanos();
    while (true) {
      if (isEmpty(topics.get())) {
        return true;
      }
      long left = until - System.nanoTime();
      if (left <= 0 || ended.getAsBoolean()) {
        return false;
      }
      never.await(
          Math.min(TimeUnit.NANOSECONDS.toMillis(left) + 1, EVERY_MS), TimeUnit.MILLISECONDS);
    }
  }

  private boolean isEmpty(List<String> topics) throws InterruptedException {
    try {
      Set<TopicPartition> partitions = new HashSet<>();
      admin
          .describeTopics(topics)
          .allTopicNames()
          .get()
          .forEach(
              (topic, description) ->
                  description
                      .partitions()
                      .forEach(
                          info -> partitions.add(new TopicPartition(topic, info.partition()))));
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
      Map<TopicPartition, ListOffsetsResultInfo> ends =
          admin
              .listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
              .all()
              .get();
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      for (TopicPartition partition : partitions) {
        OffsetAndMetadata base = committed.get(partition);
        ListOffsetsResultInfo end = ends.get(partition);
        if (end != null && end.offset() > (base == null ? 0 : base.offset())) {
          return false;
        }
      }
      return true;
    } catch (ExecutionException e) {
      LOG.debug("The depth of group {} could not be read", group, e);
      return false;
    }
  }
}
