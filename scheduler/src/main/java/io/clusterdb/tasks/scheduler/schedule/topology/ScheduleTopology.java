package io.clusterdb.tasks.scheduler.schedule.topology;

import io.clusterdb.tasks.streams.routing.Outgoing;
import io.clusterdb.tasks.topic.TopicNames;
import java.util.Map;
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

/**
 * The schedules' part of the scheduler: catalog, commands and outcomes → store → queues. The
 * catalog is a source like the others, read by the one task that fires, so that no change of a
 * definition can race a fire.
 */
public final class ScheduleTopology {
  /** Name of the store of schedules. */
  static final String STORE = "schedules";

  private static final String SOURCE = "schedule-inputs";
  private static final String PROCESSOR = "schedules";
  private static final String OUT = "schedules-out";

  /** As large as any record of the catalog. */
  private static final int MAX_RECORD_BYTES = 16 << 20;

  private ScheduleTopology() {}

  /** Adds the part to a topology. */
  public static void addTo(Topology topology, ScheduleParts parts) {
    TopicNames names = parts.names();
    TimestampExtractor appendTime = (record, partitionTime) -> Math.max(0, record.timestamp());
    ByteArrayDeserializer in = new ByteArrayDeserializer();
    topology
        .addSource(
            AutoOffsetReset.earliest(),
            SOURCE,
            appendTime,
            in,
            in,
            names.catalog(),
            names.scheduleCommands(),
            names.scheduleOutcomes())
        .addProcessor(PROCESSOR, () -> new Schedules(parts), SOURCE)
        .addStateStore(store(), PROCESSOR)
        .addSink(
            OUT, Outgoing.toTopic(), new ByteArraySerializer(), Outgoing.serializer(), PROCESSOR);
  }

  private static StoreBuilder<KeyValueStore<String, byte[]>> store() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(
            Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MAX_RECORD_BYTES),
                // A row changes with every fire: small segments, cleaned often, restore fast.
                TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(32 << 20),
                TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.3"));
  }
}
