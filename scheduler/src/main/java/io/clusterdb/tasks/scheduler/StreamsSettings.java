package io.clusterdb.tasks.scheduler;

import io.clusterdb.tasks.scheduler.topology.RocksDbSettings;
import io.clusterdb.tasks.scheduler.topology.SchedulerTopology;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The settings of Kafka Streams, each for a reason. */
final class StreamsSettings {
  /** What comes in is committed so often; what goes out asks for its commit itself. */
  private static final int COMMIT_MS = 25;

  /** A thread sits in a poll for so long, and sends nothing that is due meanwhile. */
  private static final int POLL_MS = 5;

  /** A dead instance's work is taken over after this. */
  private static final int SESSION_MS = 6_000;

  private static final int HEARTBEAT_MS = 1_500;

  /** A new queue's retry topic is found within this. */
  private static final int METADATA_MS = 2_000;

  /** A transaction that a dead instance left open holds readers of queues back for so long. */
  private static final int TRANSACTION_MS = 5_000;

  /** A topic that is deleted while a job is on its way there holds the service up for so long. */
  private static final int DELIVERY_MS = 30_000;

  private static final int REQUEST_MS = 10_000;

  private StreamsSettings() {}

  static Map<String, Object> of(String application, SchedulerSettings settings, Path stateDir) {
    Map<String, Object> all = new HashMap<>();
    all.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    all.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
    all.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbyReplicas());
    all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_MS);
    all.put(StreamsConfig.POLL_MS_CONFIG, POLL_MS);
    all.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    // The order among topics does not matter, so none waits for another.
    all.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
    all.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbSettings.class);
    // Kafka warns on every start where this is unset; there is no global store that it concerns.
    all.put("processing.exception.handler.global.enabled", true);
    all.put(StreamsConfig.CLIENT_ID_CONFIG, application + suffix(settings));
    consumer(all, settings);
    producer(all);
    return all;
  }

  private static String suffix(SchedulerSettings settings) {
    return settings.instance() == null ? "" : "-" + settings.instance();
  }

  private static void consumer(Map<String, Object> all, SchedulerSettings settings) {
    all.put(main(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_MS);
    all.put(main(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), HEARTBEAT_MS);
    all.put(main(ConsumerConfig.METADATA_MAX_AGE_CONFIG), METADATA_MS);
    if (settings.instance() != null) {
      all.put(main(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), settings.instance());
    }
  }

  private static void producer(Map<String, Object> all) {
    all.put(producer(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), TRANSACTION_MS);
    all.put(producer(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG), DELIVERY_MS);
    all.put(producer(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG), REQUEST_MS);
    // A new transaction that meets the markers of the last one tries again at once.
    all.put(producer(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), 2);
    all.put(producer(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    all.put(producer(ProducerConfig.LINGER_MS_CONFIG), 5);
    all.put(producer(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), SchedulerTopology.MAX_RECORD_BYTES);
    all.put(producer(ProducerConfig.BUFFER_MEMORY_CONFIG), 2L * SchedulerTopology.MAX_RECORD_BYTES);
  }

  private static String main(String setting) {
    return StreamsConfig.mainConsumerPrefix(setting);
  }

  private static String producer(String setting) {
    return StreamsConfig.producerPrefix(setting);
  }
}
