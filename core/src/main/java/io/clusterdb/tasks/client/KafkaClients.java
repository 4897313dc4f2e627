package io.clusterdb.tasks.client;

import io.clusterdb.tasks.TasksConfig;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes Kafka clients of bytes; the user's properties win over the defaults here. Thread-safe. */
public final class KafkaClients {
  private final Map<String, Object> common;
  private final Map<String, String> user;

  /** Creates a factory for the clients of this configuration. */
  public KafkaClients(TasksConfig config) {
    this.common = Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.bootstrap());
    this.user = config.kafkaProperties();
  }

  /**
   * The defaults, then {@code own}, then the user's properties; but a client id of {@code own}
   * stays, since the members of a group and their transactions are told apart by it.
   */
  public Map<String, Object> properties(Map<String, Object> own) {
    Map<String, Object> all = new HashMap<>(common);
    all.putAll(own);
    all.putAll(user);
    all.computeIfPresent(CommonClientConfigs.CLIENT_ID_CONFIG, own::getOrDefault);
    return all;
  }

  /** An admin client. */
  public Admin admin() {
    return Admin.create(properties(Map.of(CommonClientConfigs.RETRY_BACKOFF_MS_CONFIG, 50)));
  }

  /** An idempotent producer of bytes with acks from all replicas; {@code own} settings first. */
  public KafkaProducer<byte[], byte[]> producer(Map<String, Object> own) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 2);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.putAll(own);
    return new KafkaProducer<>(
        properties(settings), new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** A consumer of committed bytes without auto-commit; {@code own} settings first. */
  public KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> own) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.RETRY_BACKOFF_MS_CONFIG, 50);
    settings.putAll(own);
    return new KafkaConsumer<>(
        properties(settings), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
