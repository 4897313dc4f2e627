package io.clusterdb.tasks.orchestrator.query;

import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a job's events on the log, near times at which there were some. What a look reads is
 * bounded, however much else was written there. Thread-safe; one look at a time.
 */
public final class RunEvents implements AutoCloseable {
  /** Most records that one look reads, of all jobs. */
  private static final int MOST = 50_000;

  private static final int MOST_AT_ONCE = 2_000;
  private static final Duration POLL = Duration.ofMillis(500);

  /** How far the clocks of workers may be ahead of those of brokers. */
  private static final long SKEW_MS = 1_000;

  private static final long LATEST = Instant.parse("9999-12-31T00:00:00Z").getEpochSecond();

  private final TasksRuntime runtime;
  private final LongSupplier ticker;
  private final String topic;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable KafkaConsumer<byte[], byte[]> consumer;

  /** Reads with this connection's settings, and measures by this monotonic ticker. */
  public RunEvents(TasksRuntime runtime, LongSupplier ticker) {
    this.runtime = runtime;
    this.ticker = ticker;
    this.topic = runtime.names().events();
  }

  /**
   * Hands over the events of a job that came at this time or later, as they are on the log.
   *
   * @param enough asked after each; true ends the look
   * @param deadline by the ticker
   * @throws org.apache.kafka.common.KafkaException if they cannot be read
   */
  void look(
      String job, Instant from, long deadline, Consumer<JobEvent> sink, BooleanSupplier enough) {
    lock.lock();
    try {
      TopicPartition partition = partition(job);
      if (partition == null) {
        return;
      }
      KafkaConsumer<byte[], byte[]> reader = consumer == null ? open() : consumer;
      consumer = reader;
      reader.assign(List.of(partition));
      long end = reader.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      OffsetAndTimestamp start =
          reader.offsetsForTimes(Map.of(partition, millis(from))).get(partition);
      if (start == null || start.offset() >= end) {
        return;
      }
      reader.seek(partition, start.offset());
      read(reader, partition, Math.min(end, start.offset() + MOST), deadline, job, sink, enough);
    } finally {
      lock.unlock();
    }
  }

  private void read(
      KafkaConsumer<byte[], byte[]> reader,
      TopicPartition partition,
      long end,
      long deadline,
      String job,
      Consumer<JobEvent> sink,
      BooleanSupplier enough) {
    byte[] key = HeaderText.bytes(job);
    while (reader.position(partition) < end && ticker.getAsLong() - deadline < 0) {
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
        JobEvent event = Arrays.equals(record.key(), key) ? decode(record) : null;
        if (event != null) {
          sink.accept(event);
          if (enough.getAsBoolean()) {
            return;
          }
        }
      }
    }
  }

  /** Headers come from anywhere, so that a time may be any. */
  private static long millis(Instant from) {
    return Math.max(0, Math.min(from.getEpochSecond(), LATEST) * 1_000 - SKEW_MS);
  }

  private @Nullable JobEvent decode(ConsumerRecord<byte[], byte[]> record) {
    try {
      return record.value() == null
          ? null
          : runtime.platformCodec().decode(topic, record.value(), JobEvent.class);
    } catch (SerializationException e) {
      return null; // Of another version: the tracker says so.
    }
  }

  private @Nullable TopicPartition partition(String job) {
    int count = runtime.topics().partitions(List.of(topic)).getOrDefault(topic, 0);
    return count == 0
        ? null
        : new TopicPartition(topic, Utils.toPositive(Utils.murmur2(HeaderText.bytes(job))) % count);
  }

  private KafkaConsumer<byte[], byte[]> open() {
    return runtime
        .clients()
        .consumer(
            Map.of(
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                MOST_AT_ONCE,
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
