package io.clusterdb.tasks.client;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.ScheduleInfo;
import io.clusterdb.tasks.schemas.avro.JobError;
import io.clusterdb.tasks.schemas.avro.ScheduleRun;
import io.clusterdb.tasks.schemas.avro.ScheduleState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what the scheduler publishes of schedules. Thread-safe. */
final class ScheduleStates {
  private static final Logger log = LoggerFactory.getLogger(ScheduleStates.class);
  private static final Duration POLL = Duration.ofMillis(500);

  private final TasksRuntime runtime;
  private final String topic;

  ScheduleStates(TasksRuntime runtime) {
    this.runtime = runtime;
    this.topic = runtime.names().scheduleState();
  }

  /** The last state of every schedule by its name, as of now. */
  Map<String, ScheduleState> all() {
    if (runtime.topics().existing(List.of(topic)).isEmpty()) {
      return Map.of();
    }
    Map<String, ScheduleState> states = new HashMap<>();
    TopicPartition partition = new TopicPartition(topic, 0);
    try (LogReader reader = new LogReader(runtime, "the schedules' state", List.of(partition))) {
      Map<TopicPartition, Long> ends = reader.ends();
      reader.toStart();
      while (!reader.reached(ends)) {
        reader.poll(POLL).forEach(record -> take(states, record));
      }
    }
    return states;
  }

  private void take(Map<String, ScheduleState> states, ConsumerRecord<byte[], byte[]> record) {
    String name = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    if (record.value() == null) {
      states.remove(name);
      return;
    }
    try {
      states.put(name, runtime.platformCodec().decode(topic, record.value(), ScheduleState.class));
    } catch (SerializationException e) {
      log.warn(
          "Skipping offset {} of {}, which is no state that this version reads: {}",
          record.offset(),
          topic,
          e.getMessage());
    }
  }

  static ScheduleInfo.@Nullable Run run(@Nullable ScheduleRun run) {
    if (run == null) {
      return null;
    }
    JobError error = run.getError();
    return new ScheduleInfo.Run(
        new JobId(run.getJobId(), run.getRun()),
        run.getPlannedAt(),
        run.getFiredAt(),
        run.getState() == null ? null : JobState.valueOf(run.getState().name()),
        run.getEndedAt(),
        error == null ? null : new JobFailure(error.getType(), error.getMessage()));
  }
}
