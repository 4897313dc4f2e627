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
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;

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
   * Asks for one queue.
   *
   * @throws io.clusterdb.tasks.TasksException UNREACHABLE
   */
  Sample of(String queue) {
    return of(List.of(queue)).getFirst();
  }

  /**
   * Asks for several queues in as many questions as for one.
   *
   * @return as they were asked for
   * @throws io.clusterdb.tasks.TasksException UNREACHABLE
   */
  List<Sample> of(List<String> queues) {
    try {
      return ask(queues);
    } catch (ExecutionException | InterruptedException | TimeoutException e) {
      throw KafkaErrors.of(
          "look at queue " + String.join(", ", queues), runtime.config().bootstrap(), e);
    }
  }

  private List<Sample> ask(List<String> queues)
      throws ExecutionException, InterruptedException, TimeoutException {
    List<String> topics = new ArrayList<>(List.of(names.events(), facts));
    List<String> groups = new ArrayList<>();
    for (String queue : queues) {
      topics.addAll(lanes(queue).keySet());
      groups.add(names.group(queue));
    }
    Map<String, Integer> counts = runtime.topics().partitions(topics);
    List<TopicPartition> all = partitions(counts, topics);
    Map<String, Integer> members = members(groups);
    groups.add(names.orchestratorApplication());
    Map<String, Map<TopicPartition, OffsetAndMetadata>> commits = committed(groups);
    Map<TopicPartition, Long> starts = offsets(all, OffsetSpec.earliest());
    Map<TopicPartition, Long> ends = offsets(all, OffsetSpec.latest());
    Map<TopicPartition, OffsetAndMetadata> tracker =
        commits.getOrDefault(names.orchestratorApplication(), Map.of());
    List<Standing> standings = new ArrayList<>();
    Map<TopicPartition, Long> bases = new HashMap<>();
    for (String queue : queues) {
      Standing standing =
          standing(queue, counts, commits.getOrDefault(names.group(queue), Map.of()), starts, ends);
      standings.add(standing);
      bases.putAll(standing.bases());
    }
    Map<TopicPartition, Long> appended = times.of(bases);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < queues.size(); i++) {
      String queue = queues.get(i);
      Standing standing = standings.get(i);
      List<TopicPartition> read = partitions(counts, lanes(queue).keySet());
      read.addAll(partitions(counts, List.of(names.events(), facts)));
      samples.add(
          new Sample(
              standing.depths(),
              standing.lag(),
              oldest(standing.bases().keySet(), appended),
              members.getOrDefault(names.group(queue), 0),
              counts.getOrDefault(names.queue(queue), 0),
              behind(read, tracker, starts, ends)));
    }
    return samples;
  }

  /**
   * Where a queue's group is.
   *
   * @param bases the offsets of the lowest records that are not done, of partitions that have some
   */
  private record Standing(Map<Priority, Long> depths, long lag, Map<TopicPartition, Long> bases) {}

  private Map<String, Priority> lanes(String queue) {
    Map<String, Priority> lanes = new HashMap<>();
    for (Priority lane : Priority.values()) {
      lanes.put(names.queue(queue, lane), lane);
    }
    return lanes;
  }

  private Standing standing(
      String queue,
      Map<String, Integer> counts,
      Map<TopicPartition, OffsetAndMetadata> group,
      Map<TopicPartition, Long> starts,
      Map<TopicPartition, Long> ends) {
    Map<String, Priority> lanes = lanes(queue);
    Map<Priority, Long> depths = new EnumMap<>(Priority.class);
    Map<TopicPartition, Long> bases = new HashMap<>();
    long lag = 0;
    for (TopicPartition partition : partitions(counts, lanes.keySet())) {
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
    return new Standing(depths, lag, bases);
  }

  private static @Nullable Long oldest(
      Collection<TopicPartition> of, Map<TopicPartition, Long> appended) {
    Long oldest = null;
    for (TopicPartition each : of) {
      Long at = appended.get(each);
      if (at != null && (oldest == null || at < oldest)) {
        oldest = at;
      }
    }
    return oldest;
  }

  private static long behind(
      List<TopicPartition> partitions,
      Map<TopicPartition, OffsetAndMetadata> tracker,
      Map<TopicPartition, Long> starts,
      Map<TopicPartition, Long> ends) {
    long behind = 0;
    for (TopicPartition each : partitions) {
      OffsetAndMetadata read = tracker.get(each);
      long from = read == null ? starts.getOrDefault(each, 0L) : read.offset();
      behind += Math.max(0, ends.getOrDefault(each, 0L) - from);
    }
    return behind;
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

  private Map<String, Integer> members(List<String> groups)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<String, Integer> found = new HashMap<>();
    for (Map.Entry<String, KafkaFuture<ConsumerGroupDescription>> each :
        runtime.admin().describeConsumerGroups(groups).describedGroups().entrySet()) {
      ConsumerGroupDescription group = known(each.getValue());
      found.put(each.getKey(), group == null ? 0 : group.members().size());
    }
    return found;
  }

  private Map<String, Map<TopicPartition, OffsetAndMetadata>> committed(List<String> groups)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<String, ListConsumerGroupOffsetsSpec> asked = new HashMap<>();
    groups.forEach(group -> asked.put(group, new ListConsumerGroupOffsetsSpec()));
    ListConsumerGroupOffsetsResult told = runtime.admin().listConsumerGroupOffsets(asked);
    Map<String, Map<TopicPartition, OffsetAndMetadata>> found = new HashMap<>();
    for (String group : groups) {
      Map<TopicPartition, OffsetAndMetadata> commits =
          known(told.partitionsToOffsetAndMetadata(group));
      Map<TopicPartition, OffsetAndMetadata> set = new HashMap<>();
      if (commits != null) {
        commits.forEach(
            (partition, offset) -> {
              if (offset != null) {
                set.put(partition, offset);
              }
            });
      }
      found.put(group, set);
    }
    return found;
  }

  /** What is told of a group; null if there is none of this name. */
  private static <T> @Nullable T known(KafkaFuture<T> told)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      return get(told);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return null;
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
