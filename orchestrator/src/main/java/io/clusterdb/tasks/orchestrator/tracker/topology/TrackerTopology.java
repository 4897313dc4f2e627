package io.clusterdb.tasks.orchestrator.tracker.topology;

import io.clusterdb.tasks.topic.TopicSpecs;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The tracker's part of the topology: jobs' records → facts by job id, and with the events, which
 * have the same partitions, → states of jobs → batches, and the jobs that wait for them.
 */
public final class TrackerTopology {
  /** Name of the repartition topic, between what Kafka Streams puts around it. */
  public static final String FACTS = "tracker-facts";

  /** Name of the other one, on which jobs tell their batches. */
  private static final String MOVES = "tracker-moves";

  private TrackerTopology() {}

  /**
   * Adds it.
   *
   * @param partitions of the topic of events
   */
  public static void add(StreamsBuilder builder, TrackerParts parts, int partitions) {
    Serde<byte[]> bytes = Serdes.ByteArray();
    Pattern jobs = TrackedTopics.pattern(parts.names());
    KStream<byte[], byte[]> facts =
        builder.stream(jobs, consumed(bytes, "jobs"))
            .process(() -> new Projector(parts), Named.as("projector"))
            .repartition(
                Repartitioned.with(bytes, bytes)
                    .withName(FACTS)
                    .withNumberOfPartitions(partitions));
    builder.addStateStore(jobsStore()).addStateStore(indexStore());
    KStream<byte[], byte[]> moves =
        builder.stream(parts.names().events(), consumed(bytes, "events"))
            .merge(facts, Named.as("tracker-input"))
            .process(
                () -> new Tracker(parts),
                Named.as("tracker"),
                TrackerParts.JOBS,
                TrackerParts.INDEX)
            .repartition(
                Repartitioned.with(bytes, bytes)
                    .withName(MOVES)
                    .withNumberOfPartitions(partitions));
    addBatches(builder, parts, moves);
  }

  /** A job that waited for a batch goes on as one whose time has come. */
  private static void addBatches(
      StreamsBuilder builder, TrackerParts parts, KStream<byte[], byte[]> moves) {
    Serde<byte[]> bytes = Serdes.ByteArray();
    builder.addStateStore(batchesStore());
    builder.stream(parts.names().batchCommands(), consumed(bytes, "batch-commands"))
        .merge(moves, Named.as("batch-input"))
        .process(() -> new Batches(parts), Named.as("batches"), TrackerParts.BATCHES)
        .to(parts.names().delayed(), Produced.with(bytes, bytes).withName("batch-jobs"));
  }

  private static StoreBuilder<KeyValueStore<byte[], byte[]>> batchesStore() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(TrackerParts.BATCHES),
            Serdes.ByteArray(),
            Serdes.ByteArray())
        .withCachingEnabled()
        .withLoggingEnabled(
            Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(2 * TopicSpecs.WORK_MAX_BYTES)));
  }

  /** Whatever was there before the tracker is read too; times are the brokers'. */
  private static Consumed<byte[], byte[]> consumed(Serde<byte[]> bytes, String name) {
    return Consumed.with(bytes, bytes)
        .withName(name)
        .withOffsetResetPolicy(AutoOffsetReset.earliest())
        .withTimestampExtractor((record, partitionTime) -> Math.max(0, record.timestamp()));
  }

  /** Cached, so that a job that ends soon after it came is written once. */
  private static StoreBuilder<KeyValueStore<byte[], byte[]>> jobsStore() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(TrackerParts.JOBS),
            Serdes.ByteArray(),
            Serdes.ByteArray())
        .withCachingEnabled()
        .withLoggingEnabled(
            Map.of(
                TopicConfig.SEGMENT_BYTES_CONFIG,
                Integer.toString(64 << 20),
                TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
                "0.3"));
  }

  private static StoreBuilder<KeyValueStore<byte[], byte[]>> indexStore() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(TrackerParts.INDEX),
            Serdes.ByteArray(),
            Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingDisabled();
  }
}
