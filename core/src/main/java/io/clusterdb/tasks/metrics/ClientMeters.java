package io.clusterdb.tasks.metrics;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * Shows Kafka's own metrics of one client, and of the one that takes its place. Nothing without
 * meters. Thread-safe.
 */
public final class ClientMeters implements AutoCloseable {
  private final @Nullable Meters meters;
  private @Nullable KafkaClientMetrics bound;

  /** Shows nothing yet. */
  public ClientMeters(@Nullable Meters meters) {
    this.meters = meters;
  }

  /** Shows this consumer. */
  public synchronized <C extends Consumer<?, ?>> C show(C consumer) {
    if (meters != null) {
      replace(new KafkaClientMetrics(consumer, Tags.of("client", "consumer")));
    }
    return consumer;
  }

  /** Shows this producer. */
  public synchronized <P extends Producer<?, ?>> P show(P producer) {
    if (meters != null) {
      replace(new KafkaClientMetrics(producer, Tags.of("client", "producer")));
    }
    return producer;
  }

  private void replace(@Nullable KafkaClientMetrics next) {
    if (bound != null) {
      bound.close();
    }
    bound = next;
    if (next != null && meters != null) {
      meters.bind(next);
    }
  }

  /** Shows it no longer; to be called before or after the client itself is closed. */
  @Override
  public synchronized void close() {
    replace(null);
  }
}
