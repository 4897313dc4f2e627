package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.record.JobHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads a topic of dead letters as what is left of it: the last record of each key. */
final class DeadLetterLog {
  private static final Duration POLL = Duration.ofSeconds(1);

  /** No queue can have this name: what the scheduler could send nowhere. */
  private static final String SCHEDULER = "scheduler";

  private final TasksRuntime runtime;
  private final String topic;

  DeadLetterLog(TasksRuntime runtime, String topic) {
    this.runtime = runtime;
    this.topic = topic;
  }

  /**
   * The topic of dead letters that a name stands for: a queue's, that of a named dead letter queue,
   * or the scheduler's.
   *
   * @throws io.clusterdb.tasks.TasksException QUEUE_NOT_FOUND
   */
  static String topicOf(TasksRuntime runtime, String name) {
    if (name.equals(SCHEDULER)) {
      return runtime.names().schedulerDeadLetters();
    }
    CatalogSnapshot catalog = runtime.catalog().latest();
    Queue queue = catalog.queue(name);
    if (queue != null) {
      return runtime.names().deadLetters(queue);
    }
    return catalog.queues().values().stream()
        .filter(other -> name.equals(QueueChanges.deadLetterName(other)))
        .findFirst()
        .map(runtime.names()::deadLetters)
        .orElseThrow(() -> Router.notFound(name, ", nor a dead letter queue of this name"));
  }

  /** Is given dead letters, oldest first. */
  interface Sink {
    /** Once, before the first: how many there are. */
    default void start(long letters) {}

    /** Takes one; says whether it wants another. */
    boolean take(DeadRecord letter);
  }

  /**
   * Gives dead letters as long as they are wanted. Reads twice, so that memory holds a key and an
   * offset for each, and never their payloads.
   */
  void read(Sink sink) {
    TopicPartition partition = new TopicPartition(topic, 0);
    if (runtime.topics().existing(List.of(topic)).isEmpty()) {
      sink.start(0);
      return;
    }
    try (LogReader reader = new LogReader(runtime, "dead letters", List.of(partition))) {
      Map<TopicPartition, Long> ends = reader.ends();
      Map<String, Long> last = lastOfEachKey(reader, ends);
      sink.start(last.size());
      if (last.isEmpty()) {
        return;
      }
      reader.to(partition, last.values().stream().mapToLong(offset -> offset).min().orElse(0));
      readTo(
          reader,
          ends,
          record -> {
            Long offset = last.get(keyOf(record));
            return offset == null || offset != record.offset() || sink.take(new DeadRecord(record));
          });
    }
  }

  private static Map<String, Long> lastOfEachKey(LogReader reader, Map<TopicPartition, Long> ends) {
    Map<String, Long> last = new HashMap<>();
    reader.toStart();
    readTo(
        reader,
        ends,
        record -> {
          if (isTombstone(record)) {
            last.remove(keyOf(record));
          } else {
            last.put(keyOf(record), record.offset());
          }
          return true;
        });
    return last;
  }

  private static void readTo(
      LogReader reader,
      Map<TopicPartition, Long> ends,
      Predicate<ConsumerRecord<byte[], byte[]>> sink) {
    while (!reader.reached(ends)) {
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
        Long end = ends.get(new TopicPartition(record.topic(), record.partition()));
        if (end != null && record.offset() < end && !sink.test(record)) {
          return;
        }
      }
    }
  }

  private static boolean isTombstone(ConsumerRecord<byte[], byte[]> record) {
    return record.value() == null && record.headers().lastHeader(JobHeaders.ID) == null;
  }

  private static String keyOf(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
  }
}
