package io.clusterdb.tasks.scheduler;

import static io.clusterdb.tasks.streams.StreamsDefaults.producer;

import io.clusterdb.tasks.scheduler.topology.SchedulerTopology;
import io.clusterdb.tasks.streams.StreamsDefaults;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The scheduler's settings of Kafka Streams, each for a reason. */
final class StreamsSettings {
  /** Jobs of one instant leave in few large batches, which cost the broker less. */
  private static final int BATCH_BYTES = 128 << 10;

  /**
   * What is done for a topic that was deleted meanwhile waits so long for it to come back; no
   * longer than the transaction lives, since it cannot be committed after that.
   */
  private static final int RETRIES_BLOCK_MS = 5_000;

  /**
   * A retry topic is found within this by the pattern alone. That asks for every topic of the
   * cluster, so it is seldom done; a queue that comes into the catalog is looked for at once.
   */
  private static final int METADATA_MS = 10_000;

  /**
   * A fetch that finds nothing waits so long at the broker, and whatever else is asked on its
   * connection waits behind it: metadata, the offsets of new partitions and their first fetch, one
   * after the other, before a new queue's first retry is read.
   */
  private static final int FETCH_WAIT_MS = 100;

  private StreamsSettings() {}

  /** Of the part that takes retries to the jobs that wait; it has no store. */
  static Map<String, Object> ofRetries(String application, SchedulerSettings settings, Path dir) {
    Map<String, Object> all = of(application, settings.standbyReplicas(0), dir);
    all.put(producer(ProducerConfig.MAX_BLOCK_MS_CONFIG), RETRIES_BLOCK_MS);
    return all;
  }

  static Map<String, Object> of(String application, SchedulerSettings settings, Path stateDir) {
    Map<String, Object> all =
        StreamsDefaults.of(
            application,
            settings.instance(),
            stateDir,
            settings.threads(),
            settings.standbyReplicas());
    all.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.METADATA_MAX_AGE_CONFIG), METADATA_MS);
    all.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), FETCH_WAIT_MS);
    all.put(producer(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
    all.put(producer(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), SchedulerTopology.MAX_RECORD_BYTES);
    all.put(producer(ProducerConfig.BUFFER_MEMORY_CONFIG), 2L * SchedulerTopology.MAX_RECORD_BYTES);
    return all;
  }
}
