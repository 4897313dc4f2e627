package io.clusterdb.tasks.streams.routing;

import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.TopicNameExtractor;
import org.jspecify.annotations.Nullable;

/**
 * A payload and the topic that it goes to.
 *
 * @param topic the topic
 * @param value the payload; null for none
 */
@SuppressWarnings("ArrayRecordComponent") // on its way to the producer, never compared
public record Outgoing(String topic, byte @Nullable [] value) {
  /** The topic of each. */
  public static TopicNameExtractor<byte[], Outgoing> toTopic() {
    return (key, outgoing, context) -> outgoing.topic();
  }

  /** The payload as it is. */
  @SuppressWarnings("NullAway") // Kafka's interface does not say that null is a value
  public static Serializer<Outgoing> serializer() {
    return (topic, outgoing) -> outgoing.value();
  }
}
