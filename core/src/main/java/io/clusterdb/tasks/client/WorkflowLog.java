package io.clusterdb.tasks.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.WorkflowEventInfo;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.schemas.avro.JobError;
import io.clusterdb.tasks.schemas.avro.WorkflowEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the history of a run from the log. Thread-safe. */
final class WorkflowLog {
  private static final Logger log = LoggerFactory.getLogger(WorkflowLog.class);
  private static final Duration POLL = Duration.ofMillis(200);

  /** Clocks may differ so much. */
  private static final Duration SKEW = Duration.ofMinutes(10);

  private final TasksRuntime runtime;
  private final String topic;

  WorkflowLog(TasksRuntime runtime) {
    this.runtime = runtime;
    this.topic = runtime.names().workflowEvents();
  }

  /** What happened to a run so far, in order; empty where the log has nothing of it. */
  List<WorkflowEvent> read(String id) {
    int count = runtime.topics().partitions(List.of(topic)).getOrDefault(topic, 0);
    if (count == 0) {
      return List.of();
    }
    byte[] key = id.getBytes(UTF_8);
    TopicPartition partition =
        new TopicPartition(topic, Utils.toPositive(Utils.murmur2(key)) % count);
    List<WorkflowEvent> events = new ArrayList<>();
    try (LogReader reader = new LogReader(runtime, "the history of run", List.of(partition))) {
      Map<TopicPartition, Long> ends = reader.ends();
      reader.toTime(partition, madeAt(id));
      while (!reader.reached(ends)) {
        for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
          if (Arrays.equals(record.key(), key)) {
            add(events, decode(record));
          }
        }
      }
    }
    return events;
  }

  /** The history of a run that had the same id before is another one. */
  private static void add(List<WorkflowEvent> events, @Nullable WorkflowEvent event) {
    if (event == null) {
      return;
    }
    if (event.getSequence() == 1) {
      events.clear();
    }
    events.add(event);
  }

  /** Ids that the platform makes say when; 0 for others. */
  private static long madeAt(String id) {
    try {
      UUID uuid = UUID.fromString(id);
      return uuid.version() == 7
          ? Math.max(0, (uuid.getMostSignificantBits() >>> 16) - SKEW.toMillis())
          : 0;
    } catch (IllegalArgumentException e) {
      return 0;
    }
  }

  private @Nullable WorkflowEvent decode(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return null;
    }
    try {
      return runtime.platformCodec().decode(topic, record.value(), WorkflowEvent.class);
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

  static WorkflowEventInfo info(WorkflowEvent event) {
    JobError error = event.getError();
    return new WorkflowEventInfo(
        event.getAt(),
        event.getSequence(),
        event.getKind().name(),
        event.getTask(),
        event.getIndex(),
        event.getAttempt(),
        event.getState() == null ? null : RunState.valueOf(event.getState().name()),
        event.getJobId(),
        event.getCount(),
        event.getSignal(),
        event.getTasks(),
        json(event.getData()),
        error == null ? null : new JobFailure(error.getType(), error.getMessage()),
        event.getDue(),
        Boolean.TRUE.equals(event.getContinues()));
  }

  private static @Nullable JsonNode json(@Nullable String text) {
    return text == null ? null : Json.exact(text);
  }
}
