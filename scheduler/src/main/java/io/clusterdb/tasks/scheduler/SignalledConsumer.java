package io.clusterdb.tasks.scheduler;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * A consumer that looks for topics of its pattern as soon as a queue was created. A consumer
 * otherwise learns of a topic when its metadata are too old, and asking often would have the
 * brokers describe every topic of the cluster each time. Subscribing again to the same pattern
 * changes nothing but that it asks at once. Confined to one thread, like every consumer.
 */
final class SignalledConsumer extends KafkaConsumer<byte[], byte[]> {
  private final QueueSignal signal;
  private long seen;
  private @Nullable Pattern pattern;
  private @Nullable ConsumerRebalanceListener listener;

  SignalledConsumer(Map<String, Object> settings, QueueSignal signal) {
    super(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.signal = signal;
    this.seen = signal.changes();
  }

  @Override
  public void subscribe(Pattern wanted, ConsumerRebalanceListener told) {
    pattern = wanted;
    listener = told;
    super.subscribe(wanted, told);
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    long now = signal.changes();
    if (now != seen) {
      seen = now;
      Pattern wanted = pattern;
      ConsumerRebalanceListener told = listener;
      if (wanted != null && told != null) {
        super.subscribe(wanted, told);
      }
    }
    return super.poll(timeout);
  }
}
