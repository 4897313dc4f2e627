package io.clusterdb.tasks.streams;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.TaskId;

/**
 * Which partitions the tasks of one thread of Kafka Streams read, those among them whose topics
 * were deleted. A task of Kafka Streams (4.3) remembers every partition that it ever read from, and
 * dies of the next commit if one of them is taken from it. So it keeps such a partition, from which
 * nothing comes any more, until it is closed or the partition is there again. Of one thread.
 */
final class TaskInputs {
  private final Map<TopicPartition, TaskId> tasks = new HashMap<>();
  private final Set<TopicPartition> gone = new HashSet<>();

  /** Those that their tasks cannot do without any more, whatever came from there since. */
  private final Set<TopicPartition> remembered = new HashSet<>();

  private final ThreadOffsets offsets;

  /**
   * Creates it.
   *
   * @param lasting whether a topic is there as long as the application is
   */
  TaskInputs(Predicate<String> lasting) {
    this.offsets = new ThreadOffsets(partition -> lasting.test(partition.topic()));
  }

  /** How far they are read and committed. */
  ThreadOffsets offsets() {
    return offsets;
  }

  /**
   * What Kafka Streams is to hear of when the consumer gives partitions up: all inputs of those
   * tasks that go with them. A task that keeps some partition keeps all, as others are deleted.
   *
   * @param revoked what the consumer gives up
   * @param assigned what it had until now
   */
  Set<TopicPartition> leaving(
      Collection<TopicPartition> revoked, Collection<TopicPartition> assigned) {
    Set<TaskId> staying = new HashSet<>();
    for (TopicPartition partition : assigned) {
      TaskId task = tasks.get(partition);
      if (task != null && !revoked.contains(partition)) {
        staying.add(task);
      }
    }
    Set<TopicPartition> leaving = new HashSet<>(revoked);
    gone.stream().filter(partition -> !assigned.contains(partition)).forEach(leaving::add);
    leaving.removeIf(partition -> staying.contains(tasks.get(partition)));
    return leaving;
  }

  /** Topics of those partitions that were deleted before all that was read there was committed. */
  Set<String> unsettled(Collection<TopicPartition> deleted) {
    Set<String> topics = new TreeSet<>();
    deleted.stream()
        .filter(partition -> !gone.contains(partition) && !offsets.settled(partition))
        .forEach(partition -> topics.add(partition.topic()));
    return topics;
  }

  /** The topics of these partitions were deleted. */
  void deleted(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      if (offsets.hasRead(partition)) {
        remembered.add(partition);
      }
      if (gone.add(partition) && !remembered.contains(partition)) {
        tasks.remove(partition); // Its task remembers nothing of it, and can do without.
      }
    }
    offsets.forget(partitions);
  }

  /** What is to be sent of the offsets that Kafka Streams commits. */
  Map<TopicPartition, OffsetAndMetadata> toSend(Map<TopicPartition, OffsetAndMetadata> of) {
    return offsets.toSend(of, gone::contains, tasks::get);
  }

  /** Whether the topic of a partition was deleted, and nothing was read there since. */
  boolean gone(TopicPartition partition) {
    return gone.contains(partition);
  }

  /** Whether there is any such partition. */
  boolean anyGone() {
    return !gone.isEmpty();
  }

  /** These can be read again, and their tasks know how far they were. */
  void back(Collection<TopicPartition> partitions) {
    gone.removeAll(partitions);
  }

  /**
   * Takes an assignment.
   *
   * @param assigned each partition's task
   * @return what Kafka Streams is to be told: also the partitions that its tasks keep
   */
  Map<TopicPartition, TaskId> assigned(Map<TopicPartition, TaskId> assigned) {
    Map<TopicPartition, TaskId> all = new HashMap<>(assigned);
    Set<TaskId> here = new HashSet<>(assigned.values());
    tasks.forEach(
        (partition, task) -> {
          if (here.contains(task) && all.putIfAbsent(partition, task) == null) {
            gone.add(partition);
          }
        });
    tasks.clear();
    tasks.putAll(all);
    gone.retainAll(all.keySet());
    remembered.retainAll(all.keySet());
    return all;
  }

  /** All tasks are closed. */
  void clear() {
    tasks.clear();
    gone.clear();
    remembered.clear();
    offsets.clear();
  }
}
