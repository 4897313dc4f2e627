package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.EnqueueResult;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.embedded.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A connection with a prefix of its own, so that tests share a broker and nothing else. */
final class BrokerClient implements AutoCloseable {
  /** How long tests wait for what is to come. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final AtomicInteger PREFIXES = new AtomicInteger();

  private final String bootstrap;
  private final String prefix = "w" + PREFIXES.incrementAndGet();
  private final Tasks tasks;

  BrokerClient(EmbeddedBroker broker) {
    bootstrap = broker.bootstrap();
    tasks = Tasks.connect(TasksConfig.of(bootstrap).prefix(prefix).sharedPartitions(4));
  }

  Tasks tasks() {
    return tasks;
  }

  String bootstrap() {
    return bootstrap;
  }

  String prefix() {
    return prefix;
  }

  /** What the log of events says, which breaks no guarantee. */
  EventOracle oracle() {
    EventOracle oracle = EventOracle.read(bootstrap, prefix);
    assertThat(oracle.breaches()).isEmpty();
    return oracle;
  }

  static void accepted(List<EnqueueResult> results) {
    assertThat(results).allMatch(EnqueueResult.Accepted.class::isInstance);
  }

  /** Produces as any other client of Kafka does. */
  void produceRaw(String queue, String value, Map<String, String> headers) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(prefix + "." + queue, value.getBytes(StandardCharsets.UTF_8));
      headers.forEach(
          (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
      producer.send(record).get();
    }
  }

  @Override
  public void close() {
    tasks.close();
  }
}
