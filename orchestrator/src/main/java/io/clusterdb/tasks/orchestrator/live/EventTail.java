package io.clusterdb.tasks.orchestrator.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.client.EventJson;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * The end of the log of events. However much is written, a look reads a bounded number of records:
 * what people could not read anyway is skipped, and counted. Used by one thread.
 */
final class EventTail implements LiveFeed.Tail {
  /** Most records of a partition that one look reads. */
  private static final int MOST = 100;

  private static final int REMEMBERED = 200;
  private static final int MAX_MESSAGE = 300;
  private static final Duration POLL = Duration.ofMillis(50);

  private final TasksRuntime runtime;
  private final Deque<Seen> latest = new ArrayDeque<>();
  private @Nullable KafkaConsumer<byte[], byte[]> consumer;
  private List<TopicPartition> partitions = List.of();

  EventTail(TasksRuntime runtime) {
    this.runtime = runtime;
  }

  /** An event with its queue. */
  record Seen(@Nullable String queue, JsonNode json) {}

  /**
   * What a look found.
   *
   * @param fresh events since the look before
   * @param latest the last events, those among them
   * @param skipped records that nobody looked at
   */
  record News(List<Seen> fresh, List<Seen> latest, long skipped) {
    static final News NONE = new News(List.of(), List.of(), 0);
  }

  @Override
  public News look() {
    KafkaConsumer<byte[], byte[]> reader = consumer == null ? open() : consumer;
    if (partitions.isEmpty()) {
      close();
      return News.NONE;
    }
    long skipped = skip(reader);
    List<Seen> fresh = new ArrayList<>();
    for (int polls = 0; polls < partitions.size() + 1; polls++) {
      int before = fresh.size();
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
        add(record, fresh);
      }
      if (fresh.size() == before) {
        break;
      }
    }
    fresh.forEach(this::remember);
    return new News(fresh, List.copyOf(latest), skipped);
  }

  private KafkaConsumer<byte[], byte[]> open() {
    KafkaConsumer<byte[], byte[]> opened =
        runtime
            .clients()
            .consumer(
                Map.of(
                    ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                    MOST * 4,
                    ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                    "latest"));
    consumer = opened;
    String topic = runtime.names().events();
    int count = runtime.topics().partitions(List.of(topic)).getOrDefault(topic, 0);
    partitions = IntStream.range(0, count).mapToObj(n -> new TopicPartition(topic, n)).toList();
    opened.assign(partitions);
    opened
        .endOffsets(partitions)
        .forEach((partition, end) -> opened.seek(partition, Math.max(0, end - MOST)));
    return opened;
  }

  private long skip(KafkaConsumer<byte[], byte[]> reader) {
    long skipped = 0;
    for (Map.Entry<TopicPartition, Long> each : reader.endOffsets(partitions).entrySet()) {
      long from = each.getValue() - MOST;
      long position = reader.position(each.getKey());
      if (from > position) {
        skipped += from - position;
        reader.seek(each.getKey(), from);
      }
    }
    return skipped;
  }

  private void add(ConsumerRecord<byte[], byte[]> record, List<Seen> fresh) {
    if (record.value() == null) {
      return;
    }
    try {
      JobEvent event =
          runtime.platformCodec().decode(record.topic(), record.value(), JobEvent.class);
      fresh.add(new Seen(event.getQueue(), shortened(EventJson.of(event))));
    } catch (SerializationException e) {
      // Of another version: the tracker says so, and a tail may miss some.
    }
  }

  private static ObjectNode shortened(ObjectNode event) {
    event.remove(List.of("result", "stackTrace"));
    if (event.get("error") instanceof ObjectNode error) {
      String message = error.path("message").asText();
      if (message.length() > MAX_MESSAGE) {
        error.put("message", message.substring(0, MAX_MESSAGE) + "…");
      }
    }
    return event;
  }

  private void remember(Seen seen) {
    if (latest.size() == REMEMBERED) {
      latest.removeFirst();
    }
    latest.addLast(seen);
  }

  @Override
  public void close() {
    if (consumer != null) {
      consumer.close();
      consumer = null;
    }
    latest.clear();
  }
}
