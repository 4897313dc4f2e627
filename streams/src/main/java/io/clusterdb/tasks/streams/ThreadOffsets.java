package io.clusterdb.tasks.streams;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * How far one thread of Kafka Streams has read each partition, and how far that is committed. A
 * commit of Kafka Streams names every partition that its tasks ever read from, whether anything
 * came from there since the last one or not, and a broker that does not know the topic of one of
 * them any more holds all of it up until the transaction has timed out. So what has not changed is
 * left out, but for what commits need them for beside the offset itself: they show the broker that
 * the thread still is a member of its group, and as long as the transaction lasts, the next owner
 * of a task is not told where to go on. So each task that commits has an offset in it. Of one
 * thread.
 */
final class ThreadOffsets {
  /** Whether a partition's topic is there as long as the application is. */
  private final Predicate<TopicPartition> lasting;

  private final Map<TopicPartition, Long> read = new HashMap<>();

  /** What was committed, that which changed last at the end. */
  private final LinkedHashMap<TopicPartition, OffsetAndMetadata> committed = new LinkedHashMap<>();

  private final Map<TopicPartition, OffsetAndMetadata> underWay = new HashMap<>();

  /**
   * Creates it.
   *
   * @param lasting whether a partition's topic is there as long as the application is
   */
  ThreadOffsets(Predicate<TopicPartition> lasting) {
    this.lasting = lasting;
  }

  /** These records were handed to the tasks. */
  void read(ConsumerRecords<byte[], byte[]> records) {
    for (TopicPartition partition : records.partitions()) {
      long next = records.records(partition).getLast().offset() + 1;
      Long before = read.put(partition, next);
      if (before != null && next < before) {
        committed.remove(partition); // It is another topic of that name.
      }
    }
  }

  /** This is what the group has committed, as brokers say. */
  void found(Map<TopicPartition, OffsetAndMetadata> offsets) {
    offsets.forEach(
        (partition, offset) -> {
          if (offset != null) { // which says that there is none
            committed.put(partition, offset);
          }
        });
  }

  /**
   * What is to be sent of these offsets: what has changed, and of each task that has nothing of it
   * what changed last, preferably of a topic that lasts. Where no task has any, because all that
   * they did was to wait for times, the one of the thread that changed last.
   *
   * @param gone says which partitions must be left out
   * @param taskOf each partition's task; null if it is not known
   */
  Map<TopicPartition, OffsetAndMetadata> toSend(
      Map<TopicPartition, OffsetAndMetadata> offsets,
      Predicate<TopicPartition> gone,
      Function<TopicPartition, @Nullable TaskId> taskOf) {
    committed.keySet().removeAll(underWay.keySet()); // Given up, or nobody knows what became of it.
    Map<TopicPartition, OffsetAndMetadata> there = new HashMap<>(offsets);
    there.keySet().removeIf(gone);
    Map<TopicPartition, OffsetAndMetadata> sent = new HashMap<>(there);
    sent.entrySet().removeIf(each -> each.getValue().equals(committed.get(each.getKey())));
    Set<Optional<TaskId>> with = new HashSet<>();
    sent.keySet().forEach(each -> with.add(task(taskOf, each)));
    for (TopicPartition partition : there.keySet()) {
      Optional<TaskId> task = task(taskOf, partition);
      if (with.add(task)) {
        // It is equal to what Kafka Streams wants to commit, since that has not changed.
        last(each -> there.containsKey(each) && task(taskOf, each).equals(task))
            .ifPresent(each -> sent.put(each.getKey(), each.getValue()));
      }
    }
    if (sent.isEmpty()) {
      last(each -> !gone.test(each)).ifPresent(each -> sent.put(each.getKey(), each.getValue()));
    }
    underWay.clear();
    underWay.putAll(sent);
    return sent;
  }

  private static Optional<TaskId> task(
      Function<TopicPartition, @Nullable TaskId> taskOf, TopicPartition partition) {
    return Optional.ofNullable(taskOf.apply(partition));
  }

  /** What changed last among these, of topics that last if there is any. */
  private Optional<Map.Entry<TopicPartition, OffsetAndMetadata>> last(
      Predicate<TopicPartition> among) {
    List<Map.Entry<TopicPartition, OffsetAndMetadata>> newest =
        committed.sequencedEntrySet().reversed().stream()
            .filter(each -> among.test(each.getKey()))
            .toList();
    return newest.stream()
        .filter(each -> lasting.test(each.getKey()))
        .findFirst()
        .or(() -> newest.stream().findFirst());
  }

  /** What was sent last is committed. */
  void committed() {
    committed.keySet().removeAll(underWay.keySet());
    committed.putAll(underWay);
    underWay.clear();
  }

  /** Whether anything was read there since the partition came. */
  boolean hasRead(TopicPartition partition) {
    return read.containsKey(partition);
  }

  /** Whether all that was read there is worked on, and committed. */
  boolean settled(TopicPartition partition) {
    Long next = read.get(partition);
    OffsetAndMetadata known = committed.get(partition);
    return next == null || (known != null && known.offset() >= next);
  }

  /** These partitions go; should they come back, others may have read on. */
  void forget(Collection<TopicPartition> partitions) {
    partitions.forEach(read::remove);
    partitions.forEach(committed::remove);
  }

  /** All partitions go. */
  void clear() {
    read.clear();
    committed.clear();
    underWay.clear();
  }
}
