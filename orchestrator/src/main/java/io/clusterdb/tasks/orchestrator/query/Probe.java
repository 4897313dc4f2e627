package io.clusterdb.tasks.orchestrator.query;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.kafka.KafkaErrors;
import io.clusterdb.tasks.record.CommitText;
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
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Asks the brokers how a queue is getting on. Used by one thread. */
final class Probe implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final TasksRuntime runtime;
  private final TopicNames names;
  private final String facts;
  private final BaseTimes times;

  /**
   * Creates it.
   *
   * @param facts the topic between the tracker's two halves
   */
  Probe(TasksRuntime runtime, String facts) {
    this.runtime = runtime;
    this.names = runtime.names();
    this.facts = facts;
    this.times =
        new BaseTimes(
            () ->
                runtime
                    .clients()
                    .consumer(
                        Map.of(
                            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1,
                            ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50,
                            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest")),
            System::nanoTime);
  }

  /**
   * Asks.
   *
   * @throws io.clusterdb.tasks.TasksException UNREACHABLE
   */
  Sample of(String queue) {
    try {
      return ask(queue);
    } catch (ExecutionException | InterruptedException | TimeoutException e) {
      throw KafkaErrors.of("look at queue " + queue, runtime.config().bootstrap(), e);
    }
  }

  private Sample ask(String queue)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<String, Priority> lanes = new HashMap<>();
    for (Priority lane : Priority.values()) {
      lanes.put(names.queue(queue, lane), lane);
    }
    List<String> topics = new ArrayList<>(lanes.keySet());
    topics.add(names.events());
    topics.add(facts);
    Map<String, Integer> counts = runtime.topics().partitions(topics);
    List<TopicPartition> ofQueue = partitions(counts, lanes.keySet());
    Map<TopicPartition, OffsetAndMetadata> group = committed(names.group(queue));
    Map<TopicPartition, OffsetAndMetadata> tracker = committed(names.orchestratorApplication());
    Map<TopicPartition, Long> starts = offsets(ofQueue, OffsetSpec.earliest());
    Map<TopicPartition, Long> ends = offsets(partitions(counts, topics), OffsetSpec.latest());

    Map<Priority, Long> depths = new EnumMap<>(Priority.class);
    Map<TopicPartition, Long> bases = new HashMap<>();
    long lag = 0;
    for (TopicPartition partition : ofQueue) {
      long start = starts.getOrDefault(partition, 0L);
      OffsetAndMetadata commit = group.get(partition);
      long base = commit == null ? start : Math.max(start, commit.offset());
      long behind = Math.max(0, ends.getOrDefault(partition, 0L) - base);
      long done = commit == null ? 0 : CommitText.doneBehind(commit.metadata());
      lag += behind;
      depths.merge(lanes.get(partition.topic()), Math.max(0, behind - done), Long::sum);
      if (behind > done) {
        bases.put(partition, base);
      }
    }
    long trackerLag = 0;
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      OffsetAndMetadata read = tracker.get(end.getKey());
      long from = read == null ? starts.getOrDefault(end.getKey(), 0L) : read.offset();
      trackerLag += Math.max(0, end.getValue() - from);
    }
    return new Sample(
        depths,
        lag,
        times.oldest(bases),
        members(names.group(queue)),
        counts.getOrDefault(names.queue(queue), 0),
        trackerLag);
  }

  private static List<TopicPartition> partitions(
      Map<String, Integer> counts, Collection<String> topics) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics) {
      for (int partition = 0; partition < counts.getOrDefault(topic, 0); partition++) {
        partitions.add(new TopicPartition(topic, partition));
      }
    }
    return partitions;
  }

  private int members(String group)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      return get(runtime.admin().describeConsumerGroups(List.of(group)).all()).values().stream()
          .mapToInt(description -> description.members().size())
          .sum();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return 0;
      }
      throw e;
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> committed(String group)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      Map<TopicPartition, OffsetAndMetadata> found = new HashMap<>();
      get(runtime.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
          .forEach(
              (partition, offset) -> {
                if (offset != null) {
                  found.put(partition, offset);
                }
              });
      return found;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Map.of();
      }
      throw e;
    }
  }

  private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec spec)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, spec));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    if (!asked.isEmpty()) {
      Map<TopicPartition, ListOffsetsResultInfo> found =
          get(runtime.admin().listOffsets(asked).all());
      found.forEach((partition, info) -> offsets.put(partition, info.offset()));
    }
    return offsets;
  }

  private static <T> T get(KafkaFuture<T> future)
      throws ExecutionException, InterruptedException, TimeoutException {
    return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    times.close();
  }
}
