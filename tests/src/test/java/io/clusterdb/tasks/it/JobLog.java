package io.clusterdb.tasks.it;

import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Reads what is committed to a topic, from its start. */
final class JobLog implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

  private JobLog(KafkaConsumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
  }

  static JobLog of(TasksRuntime tasks, String topic) {
    KafkaConsumer<byte[], byte[]> consumer = tasks.clients().consumer(Map.of());
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return new JobLog(consumer);
  }

  /** All records so far, those of earlier calls among them. */
  List<ConsumerRecord<byte[], byte[]>> read() {
    consumer.poll(Duration.ofMillis(200)).forEach(records::add);
    return List.copyOf(records);
  }

  /** Ids of all records so far. */
  List<String> ids() {
    return read().stream().map(record -> String.valueOf(header(record, JobHeaders.ID))).toList();
  }

  static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return HeaderText.of(record.headers(), name);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
