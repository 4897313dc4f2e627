package io.clusterdb.tasks.orchestrator.workflow.topology;

import io.clusterdb.tasks.streams.routing.Outgoing;
import io.clusterdb.tasks.topic.TopicSpecs;
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
 * The workflow engine's part of the topology: commands and outcomes, which have the same
 * partitions, → rows of runs, events, jobs and answers.
 */
public final class WorkflowTopology {
  /** Name of the store of runs. */
  public static final String STORE = "workflows";

  /**
   * Largest record that the engine writes, in bytes: whatever an outcome's topic takes, and room
   * for what is added.
   */
  public static final int MAX_RECORD_BYTES = TopicSpecs.OUTCOME_MAX_BYTES + (1 << 20);

  private static final String COMMANDS = "workflow-commands";
  private static final String OUTCOMES = "workflow-outcomes";
  private static final String RUNS = "workflow-runs";
  private static final String OUT = "workflow-out";

  private WorkflowTopology() {}

  /** Adds it. */
  public static void addTo(Topology topology, WorkflowParts parts) {
    TimestampExtractor appendTime = (record, partitionTime) -> Math.max(0, record.timestamp());
    AutoOffsetReset start = AutoOffsetReset.earliest();
    ByteArrayDeserializer in = new ByteArrayDeserializer();
    topology
        .addSource(start, COMMANDS, appendTime, in, in, parts.names().workflowCommands())
        .addSource(start, OUTCOMES, appendTime, in, in, parts.names().workflowOutcomes())
        .addProcessor(RUNS, () -> new Runs(parts), COMMANDS, OUTCOMES)
        .addStateStore(store(), RUNS)
        .addSink(OUT, Outgoing.toTopic(), new ByteArraySerializer(), Outgoing.serializer(), RUNS);
  }

  private static StoreBuilder<KeyValueStore<byte[], byte[]>> store() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(STORE), Serdes.ByteArray(), Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(
            Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MAX_RECORD_BYTES),
                // Headers and tasks are rewritten often: small segments, cleaned often, restore
                // fast.
                TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(64 << 20),
                TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.3"));
  }
}
