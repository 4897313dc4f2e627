package io.clusterdb.tasks.embedded.registry;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records in the compacted topic {@code _schemas}, which is created if need be. */
final class KafkaSchemaLog implements SchemaLog {
  private static final Logger log = LoggerFactory.getLogger(KafkaSchemaLog.class);
  static final String TOPIC = "_schemas";
  private static final int TIMEOUT_MS = 15_000;

  private final String bootstrap;
  private final TopicPartition partition = new TopicPartition(TOPIC, 0);
  private final KafkaProducer<byte[], byte[]> producer;

  KafkaSchemaLog(String bootstrap) {
    this.bootstrap = bootstrap;
    createTopic();
    Map<String, Object> configs = clientConfigs();
    configs.put("acks", "all");
    configs.put("linger.ms", 0);
    configs.put("max.block.ms", TIMEOUT_MS);
    configs.put("delivery.timeout.ms", TIMEOUT_MS);
    this.producer =
        new KafkaProducer<>(configs, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private Map<String, Object> clientConfigs() {
    Map<String, Object> configs = new HashMap<>();
    configs.put("bootstrap.servers", bootstrap);
    configs.put("client.id", "tasks-schema-registry");
    configs.put("request.timeout.ms", TIMEOUT_MS / 2);
    return configs;
  }

  private void createTopic() {
    Map<String, Object> configs = clientConfigs();
    configs.put("default.api.timeout.ms", TIMEOUT_MS);
    NewTopic topic =
        new NewTopic(TOPIC, Optional.of(1), Optional.empty())
            .configs(Map.of("cleanup.policy", "compact"));
    try (Admin admin = Admin.create(configs)) {
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw unavailable(e);
      }
    } catch (KafkaException e) {
      throw unavailable(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  @Override
  public void replay(Consumer<RegistryRecord> reader) {
    Map<String, Object> configs = clientConfigs();
    configs.put("auto.offset.reset", "earliest");
    configs.put("default.api.timeout.ms", TIMEOUT_MS);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(configs, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      Duration patience = Duration.ofMillis(TIMEOUT_MS);
      while (consumer.position(partition) < end) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(patience);
        records.forEach(record -> read(record).ifPresent(reader));
        if (records.isEmpty() && consumer.position(partition) < end) {
          throw new TimeoutException("no records within " + patience.toSeconds() + " s");
        }
      }
    } catch (KafkaException e) {
      throw unavailable(e);
    }
  }

  private static Optional<RegistryRecord> read(ConsumerRecord<byte[], byte[]> record) {
    try {
      return RecordFormat.read(record.key(), record.value());
    } catch (IOException | RegistryError e) {
      log.warn(
          "Skipping the record at offset {} of {}: expected a registry's JSON, found {}",
          record.offset(),
          TOPIC,
          e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public void append(List<RegistryRecord> records) {
    try {
      List<Future<?>> sent = new ArrayList<>();
      for (RegistryRecord record : records) {
        sent.add(
            producer.send(
                new ProducerRecord<>(
                    TOPIC, 0, RecordFormat.key(record), RecordFormat.value(record))));
      }
      for (Future<?> each : sent) {
        each.get();
      }
    } catch (KafkaException e) {
      throw unavailable(e);
    } catch (ExecutionException e) {
      throw unavailable(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private RegistryError unavailable(Exception failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    log.warn("The topic {} on {} is not available", TOPIC, bootstrap, cause);
    return RegistryError.store("topic " + TOPIC + " on " + bootstrap + ": " + cause.getMessage());
  }

  private static RegistryError interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return RegistryError.store("interrupted, the registry is closing: " + e);
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(1));
  }
}
