package io.clusterdb.tasks.streams;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/** Records as a consumer gives them. */
final class Reads {
  private static final byte[] NOTHING = {};

  private Reads() {}

  static ConsumerRecords<byte[], byte[]> of(TopicPartition partition, long offset) {
    return new ConsumerRecords<>(
        Map.of(
            partition,
            List.of(
                new ConsumerRecord<>(
                    partition.topic(), partition.partition(), offset, NOTHING, NOTHING))),
        Map.of());
  }
}
