package io.clusterdb.tasks.client;

import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the event log: the events of one job in their order, those of different jobs about in the
 * order in which they came. A record that is no event is skipped with a warning. Thread-safe.
 */
public final class EventReader {
  private static final Logger log = LoggerFactory.getLogger(EventReader.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final TasksRuntime runtime;
  private final String topic;

  /** Creates a reader on this connection. */
  public EventReader(TasksRuntime runtime) {
    this.runtime = runtime;
    this.topic = runtime.names().events();
  }

  /**
   * What is asked for.
   *
   * @param queue events of this queue only; null for all
   * @param job events of the job of this id only; null for all
   * @param fromBeginning from the oldest event that is kept; else from now
   * @param follow go on for ever; else up to the end that the log has when reading starts
   */
  public record Query(
      @Nullable String queue, @Nullable String job, boolean fromBeginning, boolean follow) {
    boolean wants(JobEvent event) {
      return (queue == null || queue.equals(event.getQueue()))
          && (job == null || job.equals(event.getJobId()));
    }
  }

  /**
   * Reads until the end, or until told to stop.
   *
   * @param stop asked several times a second
   * @param sink gets each event, on this thread
   * @throws io.clusterdb.tasks.TasksException UNREACHABLE, FORBIDDEN
   */
  public void read(Query query, BooleanSupplier stop, Consumer<JobEvent> sink) {
    read(query, () -> {}, stop, sink);
  }

  /**
   * As {@link #read(Query, BooleanSupplier, Consumer)}, and tells when it has its place: without
   * {@code fromBeginning}, what comes after that is read.
   *
   * @param placed run once, on this thread, before anything is read
   */
  public void read(Query query, Runnable placed, BooleanSupplier stop, Consumer<JobEvent> sink) {
    List<TopicPartition> partitions = partitions(query);
    if (partitions.isEmpty()) {
      return;
    }
    try (LogReader reader = open(query, partitions)) {
      Map<TopicPartition, Long> ends = reader.ends();
      if (query.fromBeginning()) {
        reader.toStart();
      } else {
        ends.forEach(reader::to);
      }
      placed.run();
      while (!stop.getAsBoolean() && (query.follow() || !reader.reached(ends))) {
        List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>();
        reader.poll(POLL).forEach(batch::add);
        batch.sort(Comparator.comparingLong(ConsumerRecord::timestamp));
        for (ConsumerRecord<byte[], byte[]> record : batch) {
          boolean wanted = query.follow() || record.offset() < end(ends, record);
          JobEvent event = wanted ? decode(record) : null;
          if (event != null && query.wants(event)) {
            sink.accept(event);
          }
        }
      }
    }
  }

  private LogReader open(Query query, List<TopicPartition> partitions) {
    return query.follow()
        ? LogReader.following(runtime, "events", partitions)
        : new LogReader(runtime, "events", partitions);
  }

  private static long end(Map<TopicPartition, Long> ends, ConsumerRecord<byte[], byte[]> record) {
    return ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L);
  }

  /** The partitions that can hold what is asked for: one job's events are in one. */
  private List<TopicPartition> partitions(Query query) {
    int count = runtime.topics().partitions(List.of(topic)).getOrDefault(topic, 0);
    if (count == 0 && query.follow()) {
      runtime.topics().ensurePlatformTopics();
      count = runtime.topics().partitions(List.of(topic)).getOrDefault(topic, 0);
    }
    if (count > 0 && query.job() != null) {
      int hash = Utils.murmur2(HeaderText.bytes(query.job()));
      return List.of(new TopicPartition(topic, Utils.toPositive(hash) % count));
    }
    return IntStream.range(0, count).mapToObj(n -> new TopicPartition(topic, n)).toList();
  }

  private @Nullable JobEvent decode(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return null;
    }
    try {
      return runtime.platformCodec().decode(topic, record.value(), JobEvent.class);
    } catch (SerializationException e) {
      log.warn(
          "Skipping offset {} of {}-{}, which is no event that this version reads: {}",
          record.offset(),
          topic,
          record.partition(),
          e.getMessage());
      return null;
    }
  }
}
