package io.clusterdb.tasks.catalog;

import io.clusterdb.tasks.Exclusive;
import io.clusterdb.tasks.Misfire;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.RepeatedHour;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduleTarget;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.SkippedHour;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.schemas.avro.RetryPolicyDefinition;
import io.clusterdb.tasks.schemas.avro.ScheduleDefinition;
import io.clusterdb.tasks.schemas.avro.ScheduleExclusive;
import io.clusterdb.tasks.schemas.avro.ScheduleKind;
import io.clusterdb.tasks.schemas.avro.ScheduleMisfire;
import io.clusterdb.tasks.schemas.avro.ScheduleRepeatedHour;
import io.clusterdb.tasks.schemas.avro.ScheduleSkippedHour;
import io.clusterdb.tasks.schemas.avro.ScheduledTaskTarget;
import io.clusterdb.tasks.schemas.avro.ScheduledWorkflowTarget;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Schedules as the catalog holds them, and back. Pure. */
public final class ScheduleDefinitions {
  private ScheduleDefinitions() {}

  /**
   * A schedule's definition for the catalog. Its task's payload is null or a {@link Payload}: bytes
   * that are ready.
   */
  public static ScheduleDefinition write(ScheduledTask schedule, long version, Instant at) {
    ScheduleDefinition.Builder builder =
        ScheduleDefinition.newBuilder()
            .setName(schedule.name())
            .setVersion(version)
            .setUpdatedAt(at)
            .setTimeZone(schedule.effectiveZone().getId())
            .setStart(millis(schedule.start()))
            .setEnd(millis(schedule.end()))
            .setExclusive(ScheduleExclusive.valueOf(schedule.exclusivity().name()))
            .setOutcomeWithinMs(schedule.outcomeWithin().toMillis())
            .setMisfire(ScheduleMisfire.valueOf(schedule.misfire().name()))
            .setSkippedHour(ScheduleSkippedHour.valueOf(schedule.skippedHour().name()))
            .setRepeatedHour(ScheduleRepeatedHour.valueOf(schedule.repeatedHour().name()))
            .setMetrics(schedule.metrics());
    return target(times(builder, schedule.schedule()), schedule).build();
  }

  private static ScheduleDefinition.Builder target(
      ScheduleDefinition.Builder builder, ScheduledTask schedule) {
    return switch (schedule.target()) {
      case ScheduleTarget.RunTask(Task task) -> {
        Duration timeout = schedule.timeout() != null ? schedule.timeout() : task.timeout();
        RetryPolicy retry = schedule.retry() != null ? schedule.retry() : task.retry();
        yield builder
            .setTask(write(task))
            .setTimeoutMs(timeout == null ? null : timeout.toMillis())
            .setRetry(retry == null ? null : RetryPolicies.write(retry));
      }
      case ScheduleTarget.StartWorkflow run ->
          builder.setWorkflow(
              ScheduledWorkflowTarget.newBuilder()
                  .setWorkflow(run.workflow())
                  .setVersion(run.version())
                  .setInput(buffer(payload(run.input())))
                  .setContext(run.context())
                  .build());
    };
  }

  private static ScheduleDefinition.Builder times(
      ScheduleDefinition.Builder builder, Schedule schedule) {
    return switch (schedule) {
      case Schedule.Cron cron -> builder.setKind(ScheduleKind.CRON).setCron(cron.expression());
      case Schedule.Every every ->
          builder
              .setKind(ScheduleKind.INTERVAL)
              .setIntervalMs(every.interval().toMillis())
              .setJitterMs(every.jitter().toMillis());
      case Schedule.At at -> builder.setKind(ScheduleKind.ONCE).setAt(millis(at.time()));
      case Schedule.After after ->
          throw new IllegalArgumentException("a schedule has no times after an enqueue");
    };
  }

  private static ScheduledTaskTarget write(Task task) {
    Payload payload = payload(task.payload());
    return ScheduledTaskTarget.newBuilder()
        .setType(task.type())
        .setQueue(task.queue())
        .setPayload(buffer(payload))
        .setContentType(payload.contentType())
        .setKey(task.key())
        .setPriority(task.priority().lane())
        .setMetadata(task.metadata())
        .build();
  }

  private static @Nullable ByteBuffer buffer(Payload payload) {
    byte[] bytes = payload.bytes();
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }

  private static Payload payload(@Nullable Object payload) {
    return switch (payload) {
      case null -> new Payload(null, Payload.JSON);
      case Payload ready -> ready;
      default ->
          throw new IllegalArgumentException(
              "expected a payload that is encoded, found one of " + payload.getClass().getName());
    };
  }

  /**
   * The schedule of a definition; its task's payload is null or a {@link Payload}.
   *
   * @throws IllegalArgumentException if it is none that this version can work with
   */
  public static ScheduledTask read(ScheduleDefinition definition) {
    return new ScheduledTask(
        definition.getName(),
        times(definition),
        target(definition),
        zone(definition.getTimeZone()),
        definition.getStart(),
        definition.getEnd(),
        RetryPolicies.millis(definition.getTimeoutMs()),
        retry(definition.getRetry()),
        Exclusive.valueOf(definition.getExclusive().name()),
        Duration.ofMillis(definition.getOutcomeWithinMs()),
        Misfire.valueOf(definition.getMisfire().name()),
        SkippedHour.valueOf(definition.getSkippedHour().name()),
        RepeatedHour.valueOf(definition.getRepeatedHour().name()),
        definition.getMetrics());
  }

  private static Schedule times(ScheduleDefinition definition) {
    return switch (definition.getKind()) {
      case CRON -> new Schedule.Cron(required("cron", definition.getCron()));
      case INTERVAL ->
          new Schedule.Every(
              Duration.ofMillis(required("intervalMs", definition.getIntervalMs())),
              Duration.ofMillis(definition.getJitterMs()));
      case ONCE -> new Schedule.At(required("at", definition.getAt()));
    };
  }

  private static ScheduleTarget target(ScheduleDefinition definition) {
    ScheduledTaskTarget task = definition.getTask();
    ScheduledWorkflowTarget workflow = definition.getWorkflow();
    if (workflow != null) {
      return new ScheduleTarget.StartWorkflow(
          workflow.getWorkflow(),
          workflow.getVersion(),
          payload(workflow.getInput(), Payload.JSON),
          workflow.getContext());
    }
    if (task == null) {
      throw new IllegalArgumentException(
          "expected a schedule of a job or a workflow, found one of a later version");
    }
    return new ScheduleTarget.RunTask(read(task));
  }

  private static @Nullable Payload payload(@Nullable ByteBuffer buffer, String contentType) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return new Payload(bytes, contentType);
  }

  private static Task read(ScheduledTaskTarget target) {
    return new Task(
        target.getType(),
        payload(target.getPayload(), target.getContentType()),
        null,
        target.getQueue(),
        target.getKey(),
        Priority.parse(target.getPriority()),
        null,
        null,
        target.getMetadata());
  }

  /** Whether two definitions are the same, given what the catalog keeps of them. */
  public static boolean same(ScheduledTask one, ScheduledTask other) {
    return write(one, 0, Instant.EPOCH).equals(write(other, 0, Instant.EPOCH));
  }

  private static ZoneId zone(String id) {
    try {
      return ZoneId.of(id);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "expected a time zone that this Java version knows, found \"" + id + "\"", e);
    }
  }

  private static @Nullable RetryPolicy retry(@Nullable RetryPolicyDefinition definition) {
    return definition == null ? null : RetryPolicies.read(definition);
  }

  private static <T> T required(String field, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException("expected a value in the field " + field + ", found none");
    }
    return value;
  }

  private static @Nullable Instant millis(@Nullable Instant time) {
    return time == null ? null : time.truncatedTo(ChronoUnit.MILLIS);
  }
}
