package io.clusterdb.tasks.scheduler.topology;

import io.clusterdb.tasks.streams.routing.Outgoing;
import io.clusterdb.tasks.topic.TopicNames;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The topology of jobs that wait: their topic and commands to them → store → queues. */
public final class SchedulerTopology {
  /**
   * Largest record of the store's changelog and of the dead letters, in bytes: whatever a topic of
   * jobs takes fits.
   */
  public static final int MAX_RECORD_BYTES = 32 << 20;

  private static final String DELAYED = "delayed";
  private static final String CONTROL = "control";
  private static final String DELAYED_JOBS = "delayed-jobs";

  /** Commands to jobs that wait under a unique key: nobody knows in which partition. */
  static final String UNIQUE_COMMANDS = "unique-commands";

  static final String DELAYED_OUT = "delayed-out";
  private static final String UNIQUE = "unique-asks";
  private static final String UNIQUE_JOBS = "unique-jobs";
  static final String UNIQUE_OUT = "unique-out";

  private SchedulerTopology() {}

  /** Adds the part to a topology. */
  public static void addTo(Topology topology, TopologyParts parts) {
    TopicNames names = parts.names();
    TimestampExtractor appendTime = (record, partitionTime) -> Math.max(0, record.timestamp());
    AutoOffsetReset start = AutoOffsetReset.earliest();
    ByteArrayDeserializer in = new ByteArrayDeserializer();
    ByteArraySerializer out = new ByteArraySerializer();
    topology
        .addSource(start, DELAYED, appendTime, in, in, names.delayed())
        .addSource(start, CONTROL, appendTime, in, in, names.control())
        .addProcessor(DELAYED_JOBS, () -> new DelayedJobs(parts), DELAYED, CONTROL)
        .addStateStore(store(TopologyParts.STORE), DELAYED_JOBS)
        .addSink(DELAYED_OUT, Outgoing.toTopic(), out, Outgoing.serializer(), DELAYED_JOBS)
        .addSink(
            UNIQUE_COMMANDS,
            Outgoing.toTopic(),
            out,
            Outgoing.serializer(),
            SchedulerTopology::everyPartition,
            DELAYED_JOBS)
        .addSource(start, UNIQUE, appendTime, in, in, names.unique())
        .addProcessor(UNIQUE_JOBS, () -> new UniqueJobs(parts), UNIQUE)
        .addStateStore(store(TopologyParts.UNIQUE_STORE), UNIQUE_JOBS)
        .addSink(UNIQUE_OUT, Outgoing.toTopic(), out, Outgoing.serializer(), UNIQUE_JOBS);
  }

  private static Optional<Set<Integer>> everyPartition(
      String topic, byte[] key, Outgoing outgoing, int partitions) {
    return Optional.of(IntStream.range(0, partitions).boxed().collect(Collectors.toSet()));
  }

  private static StoreBuilder<KeyValueStore<byte[], byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.ByteArray(), Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(
            Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MAX_RECORD_BYTES),
                // Every entry is removed again: small segments, cleaned often, restore fast.
                TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(64 << 20),
                TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.3"));
  }
}
