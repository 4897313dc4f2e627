package io.clusterdb.tasks.streams;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/** The settings of Kafka Streams that hold for every service, each for a reason. */
public final class StreamsDefaults {
  /** A thread sits in a poll for so long, and does nothing else meanwhile. */
  private static final int POLL_MS = 5;

  /**
   * Every part asks for its commits itself, at a pace that follows from what they take ({@link
   * Commits}); this is for what nobody waits for. It is well below {@link #TRANSACTION_MS}.
   */
  private static final int COMMIT_MS = 1_000;

  /** A dead instance's work is taken over after this. */
  private static final int SESSION_MS = 6_000;

  private static final int HEARTBEAT_MS = 1_500;

  /** The topics of a new queue are found within this. */
  private static final int METADATA_MS = 2_000;

  /** A transaction that a dead instance left open holds readers back for so long. */
  private static final int TRANSACTION_MS = 5_000;

  /**
   * A topic that is deleted while a record is on its way there holds the service up for so long.
   */
  private static final int DELIVERY_MS = 30_000;

  private static final int REQUEST_MS = 10_000;

  /**
   * An instance that joins has copied the stores of its share, and takes it over, within this;
   * Kafka allows no less.
   */
  private static final int PROBING_MS = 60_000;

  private static final String GLOBAL_HANDLER = "processing.exception.handler.global.enabled";

  private StreamsDefaults() {}

  /**
   * The settings of one instance of a service, to be changed by it.
   *
   * @param application the application's id
   * @param instance the instance's stable id; null for none
   * @param stateDir where its stores are
   * @param threads threads that share the partitions
   * @param standbyReplicas copies of each store on other instances
   */
  public static Map<String, Object> of(
      String application,
      @Nullable String instance,
      Path stateDir,
      int threads,
      int standbyReplicas) {
    Map<String, Object> all = new HashMap<>();
    all.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    all.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
    all.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, standbyReplicas);
    all.put(StreamsConfig.POLL_MS_CONFIG, POLL_MS);
    all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_MS);
    all.put(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, PROBING_MS);
    all.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    // The order among topics does not matter, so none waits for another.
    all.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
    all.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbSettings.class);
    // Kafka warns on every start where this is unset, in the consumer's assignor too; there is no
    // global store that it concerns.
    all.put(GLOBAL_HANDLER, true);
    all.put(main(GLOBAL_HANDLER), true);
    // For none, Kafka Streams makes an id that no other process has: see OwnTransactions.
    all.put(StreamsConfig.CLIENT_ID_CONFIG, instance == null ? "" : application + "-" + instance);
    consumer(all, instance);
    producer(all);
    return all;
  }

  /**
   * Gives the topics that Kafka Streams makes for itself as many copies as the platform's own have:
   * what waits and what is known lives in them. Without this they have as many as the brokers give
   * by default, which is one unless somebody changed it.
   *
   * @param all settings, to be changed
   * @param replication copies of the platform's topics; 1 leaves the brokers' default
   */
  public static Map<String, Object> copies(Map<String, Object> all, int replication) {
    if (replication > 1) {
      all.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, replication);
      all.put(
          StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG),
          replication >= 3 ? "2" : "1");
    }
    return all;
  }

  private static void consumer(Map<String, Object> all, @Nullable String instance) {
    all.put(main(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_MS);
    all.put(main(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), HEARTBEAT_MS);
    all.put(main(ConsumerConfig.METADATA_MAX_AGE_CONFIG), METADATA_MS);
    if (instance != null) {
      all.put(main(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), instance);
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
  }

  /** A setting of the consumer that reads the sources. */
  public static String main(String setting) {
    return StreamsConfig.mainConsumerPrefix(setting);
  }

  /** A setting of the producer. */
  public static String producer(String setting) {
    return StreamsConfig.producerPrefix(setting);
  }
}
