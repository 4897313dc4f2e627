package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.kafka.KafkaErrors;
import io.clusterdb.tasks.record.CommitText;
import io.clusterdb.tasks.topic.TopicAdmin;
import io.clusterdb.tasks.topic.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Asks the brokers how many jobs of a queue are not done: over all partitions of its lanes, the end
 * of the log, less what is committed, less what the commit says is done beyond that. Offsets that
 * transactions take for their markers count too, so this is a little high. Thread-safe.
 */
final class DepthProbe implements ToLongFunction<Queue> {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Supplier<Admin> admin;
  private final TopicAdmin topics;
  private final TopicNames names;
  private final String bootstrap;

  DepthProbe(Supplier<Admin> admin, TopicAdmin topics, TopicNames names, String bootstrap) {
    this.admin = admin;
    this.topics = topics;
    this.names = names;
    this.bootstrap = bootstrap;
  }

  @Override
  public long applyAsLong(Queue queue) {
    return byLane(queue).values().stream().mapToLong(pending -> pending).sum();
  }

  /** As {@link #applyAsLong}, for each lane that has a topic. */
  Map<Priority, Long> byLane(Queue queue) {
    Map<TopicPartition, Long> pending = pending(queue);
    Map<Priority, Long> lanes = new EnumMap<>(Priority.class);
    for (Priority lane : Priority.values()) {
      String topic = names.queue(queue.name(), lane);
      pending.forEach(
          (partition, jobs) -> {
            if (partition.topic().equals(topic)) {
              lanes.merge(lane, jobs, Long::sum);
            }
          });
    }
    return lanes;
  }

  private Map<TopicPartition, Long> pending(Queue queue) {
    try {
      List<TopicPartition> partitions = partitions(queue);
      Map<TopicPartition, OffsetAndMetadata> committed = committed(queue);
      List<TopicPartition> untouched =
          partitions.stream().filter(partition -> committed.get(partition) == null).toList();
      Map<TopicPartition, Long> starts = offsets(untouched, OffsetSpec.earliest());
      // The ends last: what arrives after them is what the caller counts itself.
      Map<TopicPartition, Long> ends = offsets(partitions, OffsetSpec.latest());
      Map<TopicPartition, Long> pending = new HashMap<>();
      for (TopicPartition partition : partitions) {
        OffsetAndMetadata base = committed.get(partition);
        long done =
            base == null
                ? starts.getOrDefault(partition, 0L)
                : base.offset() + CommitText.doneBehind(base.metadata());
        pending.put(partition, Math.max(0, ends.getOrDefault(partition, 0L) - done));
      }
      return pending;
    } catch (ExecutionException | InterruptedException | TimeoutException e) {
      throw KafkaErrors.of("measure the depth of queue " + queue.name(), bootstrap, e);
    }
  }

  private List<TopicPartition> partitions(Queue queue) {
    List<String> lanes = new ArrayList<>();
    for (Priority lane : Priority.values()) {
      lanes.add(names.queue(queue.name(), lane));
    }
    List<TopicPartition> partitions = new ArrayList<>();
    topics
        .partitions(lanes)
        .forEach(
            (topic, count) -> {
              for (int partition = 0; partition < count; partition++) {
                partitions.add(new TopicPartition(topic, partition));
              }
            });
    return partitions;
  }

  private Map<TopicPartition, OffsetAndMetadata> committed(Queue queue)
      throws ExecutionException, InterruptedException, TimeoutException {
    return admin
        .get()
        .listConsumerGroupOffsets(names.group(queue.name()))
        .partitionsToOffsetAndMetadata()
        .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec spec)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, spec));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    if (!asked.isEmpty()) {
      Map<TopicPartition, ListOffsetsResultInfo> found =
          admin.get().listOffsets(asked).all().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      found.forEach((partition, info) -> offsets.put(partition, info.offset()));
    }
    return offsets;
  }
}
