package io.clusterdb.tasks.client;

import io.clusterdb.tasks.kafka.KafkaErrors;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads what is committed of some partitions, once or again and again. No deadline: as long as the
 * brokers answer, it goes on. Not thread-safe.
 */
final class LogReader implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(15);

  private final String what;
  private final String bootstrap;
  private final List<TopicPartition> partitions;
  private final Consumer<byte[], byte[]> consumer;

  /**
   * Opens a reader of what is there already, at no place yet.
   *
   * @param what what is read, as in {@code could not read <what>}
   */
  LogReader(TasksRuntime runtime, String what, List<TopicPartition> partitions) {
    this(runtime, what, partitions, ClientSettings.reader());
  }

  /** Opens a reader that waits for news, at no place yet. */
  static LogReader following(TasksRuntime runtime, String what, List<TopicPartition> partitions) {
    return new LogReader(runtime, what, partitions, ClientSettings.follower());
  }

  private LogReader(
      TasksRuntime runtime,
      String what,
      List<TopicPartition> partitions,
      Map<String, Object> settings) {
    this.what = "read " + what;
    this.bootstrap = runtime.config().bootstrap();
    this.partitions = partitions;
    this.consumer = runtime.clients().consumer(settings);
    consumer.assign(partitions);
  }

  /** Goes to the start of every partition. */
  void toStart() {
    consumer.seekToBeginning(partitions);
  }

  /** Goes to the end that every partition has now. */
  void toEnd() {
    ends().forEach(consumer::seek);
  }

  /** Goes to this offset of a partition. */
  void to(TopicPartition partition, long offset) {
    consumer.seek(partition, offset);
  }

  /** Goes to the first record of a partition that is not older than this time. */
  void toTime(TopicPartition partition, long millis) {
    OffsetAndTimestamp found =
        ask(open -> open.offsetsForTimes(Map.of(partition, millis), ANSWER)).get(partition);
    if (found == null) {
      toEnd();
    } else {
      to(partition, found.offset());
    }
  }

  /** The ends that the partitions have now. */
  Map<TopicPartition, Long> ends() {
    return ask(open -> open.endOffsets(partitions, ANSWER));
  }

  /** Whether everything below these ends has been read. */
  boolean reached(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> ask(open -> open.position(end.getKey(), ANSWER)) >= end.getValue());
  }

  /** What comes next; empty if nothing does within this time. */
  ConsumerRecords<byte[], byte[]> poll(Duration wait) {
    return ask(open -> open.poll(wait));
  }

  private <T> T ask(Function<Consumer<byte[], byte[]>, T> question) {
    try {
      return question.apply(consumer);
    } catch (KafkaException e) {
      throw KafkaErrors.of(what, bootstrap, e);
    }
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
  }
}
