package io.clusterdb.tasks.it;

import io.clusterdb.tasks.client.TasksRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Records of topics, as they are on the log. */
final class LogRecords {
  private LogRecords() {}

  /** All that a topic has now. */
  static List<ConsumerRecord<byte[], byte[]>> read(TasksRuntime tasks, String topic) {
    int count = tasks.topics().partitions(List.of(topic)).getOrDefault(topic, 0);
    List<TopicPartition> partitions =
        IntStream.range(0, count).mapToObj(n -> new TopicPartition(topic, n)).toList();
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = tasks.clients().consumer(Map.of())) {
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.seekToBeginning(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  @SafeVarargs
  static void send(TasksRuntime tasks, ProducerRecord<byte[], byte[]>... records) {
    try (Producer<byte[], byte[]> producer = tasks.clients().producer(Map.of())) {
      for (ProducerRecord<byte[], byte[]> record : records) {
        var unused = producer.send(record);
      }
    }
  }
}
