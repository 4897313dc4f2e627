package io.clusterdb.tasks.streams;

import io.clusterdb.tasks.metrics.Meters;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/** Shows the metrics of an application of Kafka Streams and of its clients. Thread-safe. */
public final class StreamsMeters implements AutoCloseable {
  private final @Nullable KafkaStreamsMetrics bound;

  private StreamsMeters(@Nullable KafkaStreamsMetrics bound) {
    this.bound = bound;
  }

  /** Shows those of this application; nothing without meters. */
  public static StreamsMeters show(@Nullable Meters meters, KafkaStreams streams) {
    if (meters == null) {
      return new StreamsMeters(null);
    }
    KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(streams, Tags.of("client", "streams"));
    meters.bind(metrics);
    return new StreamsMeters(metrics);
  }

  /** Shows them no longer. */
  @Override
  public void close() {
    if (bound != null) {
      bound.close();
    }
  }
}
