package io.clusterdb.tasks.scheduler.topology;

import io.clusterdb.tasks.streams.routing.Outgoing;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The topology of retries: retry topics → waiting jobs' topic, or the queue itself if they are due.
 * The retry topics, found by pattern, never feed a store, because its changelog has a fixed number
 * of partitions.
 */
public final class RetryTopology {
  private static final String RETRIES = "retries";
  private static final String RETRY_INTAKE = "retry-intake";
  static final String RETRIES_OUT = "retries-out";

  private RetryTopology() {}

  /** Adds the part to a topology. */
  public static void addTo(Topology topology, TopologyParts parts) {
    TimestampExtractor appendTime = (record, partitionTime) -> Math.max(0, record.timestamp());
    ByteArrayDeserializer in = new ByteArrayDeserializer();
    topology
        .addSource(
            AutoOffsetReset.earliest(), RETRIES, appendTime, in, in, parts.names().retryPattern())
        .addProcessor(RETRY_INTAKE, () -> new RetryIntake(parts), RETRIES)
        .addSink(
            RETRIES_OUT,
            Outgoing.toTopic(),
            new ByteArraySerializer(),
            Outgoing.serializer(),
            RETRY_INTAKE);
  }
}
