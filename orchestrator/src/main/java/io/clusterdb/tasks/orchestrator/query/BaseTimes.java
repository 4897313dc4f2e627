package io.clusterdb.tasks.orchestrator.query;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Reads when records were appended. Used by one thread. */
final class BaseTimes implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMillis(500);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration AGAIN = Duration.ofSeconds(30);

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final LongSupplier ticker;
  private @Nullable Consumer<byte[], byte[]> consumer;
  private Map<TopicPartition, Known> known = Map.of();

  /**
   * When the record at an offset was appended. That never changes, unless a topic is made anew.
   *
   * @param readAt by the ticker
   */
  private record Known(long offset, long time, long readAt) {}

  /**
   * Creates it.
   *
   * @param consumers makes the consumer when it is first needed
   * @param ticker a monotonic clock in nanoseconds
   */
  BaseTimes(Supplier<Consumer<byte[], byte[]>> consumers, LongSupplier ticker) {
    this.consumers = consumers;
    this.ticker = ticker;
  }

  /**
   * When the records at, or next to, these places were appended; some may be missing. Places of the
   * question before are read again from time to time only.
   */
  Map<TopicPartition, Long> of(Map<TopicPartition, Long> places) {
    Map<TopicPartition, Known> found = new HashMap<>();
    Map<TopicPartition, Long> unknown = new HashMap<>();
    long now = ticker.getAsLong();
    places.forEach(
        (partition, offset) -> {
          Known before = known.get(partition);
          if (before != null
              && before.offset() == offset
              && now - before.readAt() < AGAIN.toNanos()) {
            found.put(partition, before);
          } else {
            unknown.put(partition, offset);
          }
        });
    read(unknown)
        .forEach(
            (each, time) -> found.put(each, new Known(unknown.getOrDefault(each, -1L), time, now)));
    known = found;
    Map<TopicPartition, Long> times = new HashMap<>();
    found.forEach((partition, each) -> times.put(partition, each.time()));
    return times;
  }

  private Map<TopicPartition, Long> read(Map<TopicPartition, Long> places) {
    Map<TopicPartition, Long> times = new HashMap<>();
    if (places.isEmpty()) {
      return times;
    }
    Consumer<byte[], byte[]> reader = consumer == null ? consumers.get() : consumer;
    consumer = reader;
    reader.assign(places.keySet());
    reader.resume(places.keySet()); // those of the last question are still paused
    places.forEach(reader::seek);
    Set<TopicPartition> open = new HashSet<>(places.keySet());
    long deadline = ticker.getAsLong() + LIMIT.toNanos();
    while (!open.isEmpty() && ticker.getAsLong() < deadline) {
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (open.remove(partition)) {
          reader.pause(List.of(partition));
          times.put(partition, record.timestamp());
        }
      }
    }
    return times;
  }

  @Override
  public void close() {
    if (consumer != null) {
      consumer.close();
    }
  }
}
