package io.clusterdb.tasks.streams;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How far one thread of Kafka Streams has read each partition, and how far that is committed. A
 * commit of Kafka Streams names every partition that its tasks ever read from, whether anything
 * came from there since the last one or not, and a broker that does not know the topic of one of
 * them any more holds all of it up until the transaction has timed out. So only what has changed is
 * sent. Of one thread.
 */
final class ThreadOffsets {
  private final Map<TopicPartition, Long> read = new HashMap<>();

  /** What was committed, that which changed last at the end. */
  private final LinkedHashMap<TopicPartition, OffsetAndMetadata> committed = new LinkedHashMap<>();

  private final Map<TopicPartition, OffsetAndMetadata> underWay = new HashMap<>();

  /** These records were handed to the tasks. */
  void read(ConsumerRecords<byte[], byte[]> records) {
    for (TopicPartition partition : records.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> those = records.records(partition);
      read.put(partition, those.getLast().offset() + 1);
    }
  }

  /**
   * What is to be sent of these offsets. Never nothing if there are any to choose from: with them
   * the broker checks that the thread is still the one that has the partitions, so where none has
   * changed, the one goes along that changed last.
   *
   * @param gone says which partitions must be left out
   */
  Map<TopicPartition, OffsetAndMetadata> toSend(
      Map<TopicPartition, OffsetAndMetadata> offsets, Predicate<TopicPartition> gone) {
    Map<TopicPartition, OffsetAndMetadata> there = new HashMap<>(offsets);
    there.keySet().removeIf(gone);
    Map<TopicPartition, OffsetAndMetadata> changed = new HashMap<>(there);
    changed.entrySet().removeIf(each -> each.getValue().equals(committed.get(each.getKey())));
    if (changed.isEmpty()) {
      committed.sequencedKeySet().reversed().stream()
          .filter(there::containsKey)
          .findFirst()
          .ifPresent(last -> changed.put(last, there.get(last)));
    }
    underWay.clear(); // Of a transaction that was given up.
    underWay.putAll(changed);
    return changed;
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
