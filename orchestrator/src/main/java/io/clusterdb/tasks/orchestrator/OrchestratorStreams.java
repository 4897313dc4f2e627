package io.clusterdb.tasks.orchestrator;

import io.clusterdb.tasks.orchestrator.workflow.topology.WorkflowTopology;
import io.clusterdb.tasks.streams.RocksDbSettings;
import io.clusterdb.tasks.streams.StreamsDefaults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/** The orchestrator's settings of Kafka Streams, each for a reason. */
final class OrchestratorStreams {
  /** Least time between two commits that the tracker asks for under load. */
  static final Duration TRACKER_COMMIT = Duration.ofMillis(100);

  /** Least time between two commits that anything asks for, as the next step of a run. */
  static final Duration WORKFLOW_COMMIT = Duration.ofMillis(5);

  /** A job that ends soon after it came is written once, if its state is still in here. */
  private static final long CACHE_BYTES = 2L << 20;

  /** Blocks and unwritten data of all stores of the process, beyond the heap. */
  private static final long ROCKSDB_BYTES = 64L << 20;

  /** As the scheduler's: a queue that comes into the catalog is looked for at once. */
  private static final int METADATA_MS = 10_000;

  private static final int FETCH_WAIT_MS = 100;

  /**
   * Records that wait in memory for each partition: one with its headers takes a few kilobytes, and
   * one that lags has all its buffers full, of which the default of 1,000 would fill the heap.
   */
  private static final int BUFFERED_RECORDS = 200;

  private static final int FETCH_BYTES = 8 << 20;

  private OrchestratorStreams() {}

  /**
   * The settings.
   *
   * @param address {@code host:port} where others find this instance; null for nowhere
   */
  static Map<String, Object> of(
      String application, OrchestratorSettings settings, Path stateDir, @Nullable String address) {
    Map<String, Object> all =
        StreamsDefaults.of(
            application,
            settings.instance(),
            stateDir,
            settings.threads(),
            settings.standbyReplicas());
    all.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, CACHE_BYTES);
    all.put(RocksDbSettings.CACHE_BYTES, ROCKSDB_BYTES);
    all.put(StreamsDefaults.main(ConsumerConfig.METADATA_MAX_AGE_CONFIG), METADATA_MS);
    all.put(StreamsDefaults.main(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), FETCH_WAIT_MS);
    all.put(StreamsDefaults.main(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), FETCH_BYTES);
    all.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, BUFFERED_RECORDS);
    all.put(
        StreamsDefaults.producer(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        WorkflowTopology.MAX_RECORD_BYTES);
    if (address != null) {
      all.put(StreamsConfig.APPLICATION_SERVER_CONFIG, address);
    }
    return all;
  }
}
