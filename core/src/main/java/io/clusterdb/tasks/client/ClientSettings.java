package io.clusterdb.tasks.client;

import io.clusterdb.tasks.topic.TopicNames;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Settings of the connection's own Kafka clients. */
final class ClientSettings {
  private ClientSettings() {}

  /**
   * For enqueued jobs. Nothing lingers: a single job leaves at once, and many fill batches while
   * the requests before them are under way.
   */
  static Map<String, Object> enqueueProducer() {
    return Map.of(
        // Partitions that a queue gets are to be known soon.
        ProducerConfig.METADATA_MAX_AGE_CONFIG, 10_000,
        ProducerConfig.LINGER_MS_CONFIG, 0,
        ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024,
        ProducerConfig.BUFFER_MEMORY_CONFIG, 32L << 20,
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 1 << 20,
        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000,
        ProducerConfig.MAX_BLOCK_MS_CONFIG, 30_000,
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
  }

  /** For the catalog: whoever takes this transactional id fences the one who had it. */
  static Map<String, Object> catalogProducer(TopicNames names) {
    return Map.of(
        ProducerConfig.TRANSACTIONAL_ID_CONFIG, names.catalogTransactionalId(),
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 5_000,
        ProducerConfig.LINGER_MS_CONFIG, 0,
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 8 << 20,
        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4_000,
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 5_000,
        ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
  }

  /** For replays of dead letters, which may be larger than what is enqueued. */
  static Map<String, Object> replayProducer(String transactionalId) {
    return Map.of(
        ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId,
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 10_000,
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 10 << 20,
        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 8_000,
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 9_000,
        ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000);
  }

  /** For alerts: whoever takes this transactional id fences the one who had it. */
  static Map<String, Object> alertsProducer(TopicNames names) {
    return Map.of(
        ProducerConfig.TRANSACTIONAL_ID_CONFIG, names.alertsTransactionalId(),
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 5_000,
        ProducerConfig.LINGER_MS_CONFIG, 0,
        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4_000,
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 5_000,
        ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
  }

  /** For readers of whole topics, which place themselves. */
  static Map<String, Object> follower() {
    return Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
  }

  /**
   * For readers of what is there already. A question that follows a fetch waits for its answer, so
   * that a fetch at the end of a log may not wait for news.
   */
  static Map<String, Object> reader() {
    return Map.of(
        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
        "none",
        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
        20);
  }
}
