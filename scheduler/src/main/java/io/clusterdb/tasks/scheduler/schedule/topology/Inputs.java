package io.clusterdb.tasks.scheduler.schedule.topology;

import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.catalog.CatalogKey;
import io.clusterdb.tasks.catalog.ScheduleDefinitions;
import io.clusterdb.tasks.schedule.ScheduleJobs;
import io.clusterdb.tasks.scheduler.schedule.engine.Definition;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleInput;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.JobOutcome;
import io.clusterdb.tasks.schemas.avro.JobState;
import io.clusterdb.tasks.schemas.avro.ScheduleCommand;
import io.clusterdb.tasks.schemas.avro.ScheduleDefinition;
import io.clusterdb.tasks.schemas.avro.ScheduleStateDefinition;
import io.clusterdb.tasks.topic.TopicNames;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Reads records as what happens to schedules. Thread-safe. */
final class Inputs {
  private final TopicNames names;
  private final PlatformCodec codec;

  Inputs(TopicNames names, PlatformCodec codec) {
    this.names = names;
    this.codec = codec;
  }

  /**
   * Something that happens to a schedule.
   *
   * @param name the schedule
   * @param definition with {@link ScheduleInput.Define}: what to keep; else null
   */
  record Input(String name, ScheduleInput input, @Nullable ScheduleDefinition definition) {
    Input(String name, ScheduleInput input) {
      this(name, input, null);
    }
  }

  /**
   * What a record says; null if it is not about schedules.
   *
   * @throws io.clusterdb.tasks.schemas.RegistryException if it cannot be read now
   * @throws org.apache.kafka.common.errors.SerializationException if it can never be read
   * @throws IllegalArgumentException if it makes no sense
   */
  @Nullable Input read(String topic, Record<byte[], byte[]> record) {
    if (topic.equals(names.catalog())) {
      return catalog(topic, record);
    }
    byte[] value = record.value();
    if (value == null) {
      throw new IllegalArgumentException("expected a record with a value, found none");
    }
    return topic.equals(names.scheduleCommands()) ? command(topic, value) : outcome(topic, value);
  }

  private @Nullable Input catalog(String topic, Record<byte[], byte[]> record) {
    CatalogKey key =
        CatalogKey.parse(
            record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8));
    if (key == null) {
      return null;
    }
    return switch (key.kind()) {
      case SCHEDULE -> definition(topic, key.name(), record.value());
      case SCHEDULE_STATE -> state(topic, key.name(), record);
      default -> null;
    };
  }

  private Input definition(String topic, String name, byte @Nullable [] value) {
    if (value == null) {
      return new Input(name, new ScheduleInput.Remove());
    }
    ScheduleDefinition read = codec.decode(topic, value, ScheduleDefinition.class);
    checkName(name, read.getName());
    Definition definition = Definition.of(ScheduleDefinitions.read(read), read.getVersion());
    return new Input(name, new ScheduleInput.Define(definition, read.getUpdatedAt()), read);
  }

  private Input state(String topic, String name, Record<byte[], byte[]> record) {
    byte[] value = record.value();
    if (value == null) {
      return new Input(name, new ScheduleInput.Resume(Instant.ofEpochMilli(record.timestamp())));
    }
    ScheduleStateDefinition read = codec.decode(topic, value, ScheduleStateDefinition.class);
    checkName(name, read.getName());
    return new Input(
        name,
        read.getPaused()
            ? new ScheduleInput.Pause(read.getUpdatedAt())
            : new ScheduleInput.Resume(read.getUpdatedAt()));
  }

  private static void checkName(String expected, String found) {
    if (!found.equals(expected)) {
      throw new IllegalArgumentException(
          "expected a definition of " + expected + " under this key, found one of " + found);
    }
  }

  private Input command(String topic, byte[] value) {
    ScheduleCommand command = codec.decode(topic, value, ScheduleCommand.class);
    return switch (command.getKind()) {
      case TRIGGER ->
          new Input(
              command.getSchedule(),
              new ScheduleInput.Trigger(
                  ScheduleJobs.triggered(command.getSchedule(), command.getCommandId())));
    };
  }

  private Input outcome(String topic, byte[] value) {
    JobOutcome outcome = codec.decode(topic, value, JobOutcome.class);
    JobState state = outcome.getState();
    if (!io.clusterdb.tasks.JobState.valueOf(state.name()).terminal()) {
      throw new IllegalArgumentException("expected the outcome of a run, found state " + state);
    }
    return new Input(
        outcome.getReplyKey(),
        new ScheduleInput.Outcome(
            new JobId(outcome.getJobId(), outcome.getRun()),
            RowFormat.ending(state, outcome.getAt(), outcome.getError())));
  }
}
