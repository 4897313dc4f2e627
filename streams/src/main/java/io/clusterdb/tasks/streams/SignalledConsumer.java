package io.clusterdb.tasks.streams;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
  /** The broker that is asked first may not know of the new topics yet. */
  private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final QueueSignal signal;
  private long seen;
  private boolean again;
  private long againAt;
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
    long changes = signal.changes();
    if (changes != seen) {
      seen = changes;
      look();
      again = true;
      againAt = System.nanoTime() + AGAIN_NANOS;
    } else if (again && System.nanoTime() - againAt >= 0) {
      again = false;
      look();
    }
    return super.poll(timeout);
  }

  private void look() {
    Pattern wanted = pattern;
    ConsumerRebalanceListener told = listener;
    if (wanted != null && told != null) {
      super.subscribe(wanted, told);
    }
  }
}
