package io.clusterdb.tasks.orchestrator.query;

import io.clusterdb.tasks.client.TasksRuntime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Reads single records of the log, whose places are known. Thread-safe. */
public final class LogRecords implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final TasksRuntime runtime;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable KafkaConsumer<byte[], byte[]> consumer;

  /** Reads with this connection's settings. */
  public LogRecords(TasksRuntime runtime) {
    this.runtime = runtime;
  }

  /**
   * The record at a place; null if it is gone, or does not come in time.
   *
   * @throws org.apache.kafka.common.KafkaException if it cannot be read
   */
  public @Nullable ConsumerRecord<byte[], byte[]> read(TopicPartition partition, long offset) {
    lock.lock();
    try {
      KafkaConsumer<byte[], byte[]> reader = consumer == null ? open() : consumer;
      consumer = reader;
      reader.assign(List.of(partition));
      reader.seek(partition, offset);
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(LIMIT)) {
        if (record.offset() == offset) {
          return record;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private KafkaConsumer<byte[], byte[]> open() {
    return runtime
        .clients()
        .consumer(
            Map.of(
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                1,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest"));
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (consumer != null) {
        consumer.close();
        consumer = null;
      }
    } finally {
      lock.unlock();
    }
  }
}
