package io.clusterdb.tasks.client;

import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.AuditRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads who changed what. A record that is none is skipped with a warning. Thread-safe. */
public final class AuditReader {
  private static final Logger log = LoggerFactory.getLogger(AuditReader.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final TasksRuntime runtime;
  private final String topic;

  /** Creates a reader on this connection. */
  public AuditReader(TasksRuntime runtime) {
    this.runtime = runtime;
    this.topic = runtime.names().audit();
  }

  /**
   * The newest commands that fit, each once with what became of it, the oldest first.
   *
   * @param since not older than this; null for all that are kept
   * @param most how many there are at most
   * @throws io.clusterdb.tasks.TasksException UNREACHABLE, FORBIDDEN
   */
  public List<AuditRecord> read(@Nullable Instant since, Predicate<AuditRecord> which, int most) {
    int count = runtime.topics().partitions(List.of(topic)).getOrDefault(topic, 0);
    if (count == 0) {
      return List.of();
    }
    List<TopicPartition> partitions =
        IntStream.range(0, count).mapToObj(n -> new TopicPartition(topic, n)).toList();
    Map<String, AuditRecord> byId = new LinkedHashMap<>();
    try (LogReader reader = new LogReader(runtime, "the audit", partitions)) {
      Map<TopicPartition, Long> ends = reader.ends();
      reader.toStart();
      if (since != null) {
        partitions.forEach(partition -> reader.toTime(partition, since.toEpochMilli()));
      }
      while (!reader.reached(ends)) {
        for (ConsumerRecord<byte[], byte[]> each : reader.poll(POLL)) {
          AuditRecord record = decode(each);
          if (record != null && which.test(record)) {
            byId.put(record.getId(), record);
            forgetOldest(byId, most);
          }
        }
      }
    }
    return new ArrayList<>(byId.values());
  }

  private static void forgetOldest(Map<String, AuditRecord> byId, int most) {
    if (byId.size() > most) {
      byId.remove(byId.keySet().iterator().next());
    }
  }

  private @Nullable AuditRecord decode(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return null;
    }
    try {
      return PlatformCodec.singleObject().decode(topic, record.value(), AuditRecord.class);
    } catch (SerializationException e) {
      log.warn(
          "Skipping offset {} of {}-{}, which is no record of the audit: {}",
          record.offset(),
          topic,
          record.partition(),
          e.getMessage());
      return null;
    }
  }
}
