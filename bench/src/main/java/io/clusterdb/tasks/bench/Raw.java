package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The raw Kafka client doing what the platform does: the baseline of every ratio. */
@SuppressWarnings("FutureReturnValueIgnored") // the callback fails on errors
final class Raw {
  private static final int PAYLOAD_BYTES = 200;
  private static final int EVENT_BYTES = 120;

  private Raw() {}

  static KafkaProducer<byte[], byte[]> producer(String bootstrap, String transactionalId) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrap);
    settings.put("linger.ms", 5);
    settings.put("batch.size", 256 << 10);
    settings.put("compression.type", "lz4");
    settings.put("buffer.memory", 128L << 20);
    settings.put("acks", "all");
    if (!transactionalId.isEmpty()) {
      settings.put("transactional.id", transactionalId);
      settings.put("retry.backoff.ms", 2);
    }
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** The payload of every job: a JSON string of random letters. */
  static byte[] payload() {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder("\"");
    while (text.length() < PAYLOAD_BYTES - 1) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return HeaderText.bytes(text.append('"').toString());
  }

  /** Produces records of a job's layout; returns records a second. */
  static double fill(String bootstrap, String topic, String type, int jobs) {
    return fill(bootstrap, topic, type, jobs, 0);
  }

  /** As above, with ids from this number on. */
  static double fill(String bootstrap, String topic, String type, int jobs, int from) {
    byte[] payload = payload();
    String now = Long.toString(System.currentTimeMillis());
    long start = System.nanoTime();
    try (KafkaProducer<byte[], byte[]> producer = producer(bootstrap, "")) {
      for (int i = 0; i < jobs; i++) {
        byte[] id = HeaderText.bytes("job-" + (from + i));
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, id, payload);
        record.headers().add(JobHeaders.LAYOUT, HeaderText.bytes("1"));
        record.headers().add(JobHeaders.ID, id);
        record
            .headers()
            .add(JobHeaders.RUN, HeaderText.bytes(Integer.toHexString((from + i) * 31)));
        record.headers().add(JobHeaders.TYPE, HeaderText.bytes(type));
        record.headers().add(JobHeaders.ATTEMPT, HeaderText.bytes("1"));
        record.headers().add(JobHeaders.CREATED_AT, HeaderText.bytes(now));
        producer.send(record, Raw::failOnError);
      }
      producer.flush();
    }
    return jobs / seconds(start);
  }

  private static void failOnError(Object metadata, Exception error) {
    if (error != null) {
      throw new IllegalStateException(error);
    }
  }

  static double seconds(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  /** Consumes a topic and produces an event a record, transaction by transaction. */
  public static void main(String[] arguments) {
    String bootstrap = arguments[0];
    String topic = arguments[1];
    int jobs = Integer.parseInt(arguments[2]);
    byte[] event = new byte[EVENT_BYTES];
    new Random(2).nextBytes(event);
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrap);
    settings.put("group.id", "raw-" + System.nanoTime());
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", false);
    settings.put("auto.offset.reset", "earliest");
    settings.put("max.poll.records", 5_000);
    settings.put("max.partition.fetch.bytes", 2 << 20);
    settings.put("fetch.max.bytes", 32 << 20);
    int done = 0;
    long start = 0;
    try (KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        KafkaProducer<byte[], byte[]> producer = producer(bootstrap, "raw-" + System.nanoTime())) {
      producer.initTransactions();
      consumer.subscribe(java.util.List.of(topic));
      while (done < jobs) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
        if (records.isEmpty()) {
          continue;
        }
        start = start == 0 ? System.nanoTime() : start;
        done += settle(records, consumer, producer, event);
      }
    }
    System.out.println(jobs / seconds(start));
  }

  private static int settle(
      ConsumerRecords<byte[], byte[]> records,
      KafkaConsumer<byte[], byte[]> consumer,
      KafkaProducer<byte[], byte[]> producer,
      byte[] event) {
    producer.beginTransaction();
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    records.forEach(
        record -> {
          record.headers().lastHeader(JobHeaders.TYPE);
          producer.send(new ProducerRecord<>("raw-events", record.key(), event), Raw::failOnError);
          offsets.put(
              new TopicPartition(record.topic(), record.partition()),
              new OffsetAndMetadata(record.offset() + 1));
        });
    producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
    producer.commitTransaction();
    return records.count();
  }
}
