package io.clusterdb.tasks.scheduler.schedule.topology;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduleTarget;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.record.JobRecordWriter;
import io.clusterdb.tasks.record.ReplyTo;
import io.clusterdb.tasks.schedule.PayloadTemplate;
import io.clusterdb.tasks.schemas.avro.WorkflowCommand;
import io.clusterdb.tasks.schemas.avro.WorkflowCommandKind;
import io.clusterdb.tasks.streams.routing.Outgoing;
import io.clusterdb.tasks.streams.routing.Route;
import io.clusterdb.tasks.streams.routing.Router;
import io.clusterdb.tasks.trace.JobSpans;
import io.clusterdb.tasks.trace.SpanNames;
import io.clusterdb.tasks.trace.Tracing;
import io.opentelemetry.api.trace.Span;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends what schedules start, and what cannot be worked with. Used by the partition's thread. */
final class Dispatch {
  private static final Logger log = LoggerFactory.getLogger(Dispatch.class);
  private static final int OVERHEAD_BYTES = 200;

  private final ProcessorContext<byte[], Outgoing> context;
  private final ScheduleParts parts;
  private final Router router;

  Dispatch(ProcessorContext<byte[], Outgoing> context, ScheduleParts parts) {
    this.context = context;
    this.parts = parts;
    this.router = new Router(parts.names(), parts.queues(), parts.topics());
  }

  /**
   * Starts a job or a workflow's run of a schedule.
   *
   * @param time fills the payload's template
   * @return why it cannot be; null if it is on its way
   */
  @Nullable JobFailure start(ScheduledTask schedule, JobId id, Instant time, Instant now) {
    return switch (schedule.target()) {
      case ScheduleTarget.RunTask(Task task) -> enqueue(schedule, task, id, time, now);
      case ScheduleTarget.StartWorkflow run -> start(schedule, run, id, time, now);
    };
  }

  /** The engine of workflows starts a run of one id once. */
  private @Nullable JobFailure start(
      ScheduledTask schedule,
      ScheduleTarget.StartWorkflow run,
      JobId id,
      Instant time,
      Instant now) {
    String topic = parts.names().workflowCommands();
    byte[] input = payload(schedule.name(), run.input(), time).bytes();
    WorkflowCommand command =
        WorkflowCommand.newBuilder()
            .setCommandId(id.run())
            .setAt(now)
            .setBy("schedule " + schedule.name())
            .setExecutionId(id.value())
            .setKind(WorkflowCommandKind.START)
            .setWorkflow(run.workflow())
            .setVersion(run.version())
            .setInput(input == null ? null : new String(input, StandardCharsets.UTF_8))
            .setContext(run.context())
            .build();
    byte[] key = id.value().getBytes(StandardCharsets.UTF_8);
    fire(schedule, new ProducerRecord<>(topic, null, key, parts.codec().encode(topic, command)));
    return null;
  }

  private @Nullable JobFailure enqueue(
      ScheduledTask schedule, Task task, JobId id, Instant time, Instant now) {
    String queue = task.queue() == null ? parts.queues().queueOf(task.type()) : task.queue();
    Job job = job(schedule, task, queue, null);
    Payload payload = payload(schedule.name(), task.payload(), time);
    ProducerRecord<byte[], byte[]> record = record(schedule, job, id, queue, payload, now);
    return switch (router.decide(queue, task.priority(), bytes(record))) {
      case Route.To to -> {
        fire(schedule, to.topic(), record);
        yield null;
      }
      case Route.Wait wait -> {
        // Its topic is not there now: the store of waiting jobs tries again until it is.
        Job waits = job(schedule, task, queue, Schedule.at(now));
        fire(schedule, parts.names().delayed(), record(schedule, waits, id, queue, payload, now));
        yield null;
      }
      case Route.Refuse refuse -> refused(schedule, id, record, refuse);
    };
  }

  private static Job job(ScheduledTask schedule, Task task, String queue, @Nullable Schedule when) {
    return Job.of(task.type())
        .queue(queue)
        .key(task.key())
        .priority(task.priority())
        .timeout(schedule.timeout())
        .retry(schedule.retry())
        .metadata(task.metadata())
        .schedule(when)
        .build();
  }

  private static Payload payload(String schedule, @Nullable Object kept, Instant time) {
    Payload template = kept instanceof Payload given ? given : new Payload(null, Payload.JSON);
    byte[] filled = PayloadTemplate.fill(template.bytes(), template.contentType(), schedule, time);
    return new Payload(filled, template.contentType());
  }

  private static ProducerRecord<byte[], byte[]> record(
      ScheduledTask schedule, Job job, JobId id, String queue, Payload payload, Instant now) {
    ProducerRecord<byte[], byte[]> record =
        JobRecordWriter.enqueue(
            "unused", job, id, queue, now.toEpochMilli(), payload.bytes(), payload.contentType());
    record.headers().add(JobHeaders.REPLY_TO, HeaderText.bytes(ReplyTo.SCHEDULE.text()));
    record.headers().add(JobHeaders.REPLY_KEY, HeaderText.bytes(schedule.name()));
    return record;
  }

  private JobFailure refused(
      ScheduledTask schedule,
      JobId id,
      ProducerRecord<byte[], byte[]> record,
      Route.Refuse refuse) {
    String message = new TasksException(refuse.code(), refuse.reason()).getMessage();
    log.warn(
        "A fire of schedule {} is a dead letter of the scheduler: {}", schedule.name(), message);
    bury(id.value() + "/" + id.run(), record.value(), record.headers(), refuse.code(), message);
    return new JobFailure(refuse.code().name(), String.valueOf(message));
  }

  /** Makes a dead letter of an input that cannot be worked with. */
  void malformed(Record<byte[], byte[]> input, String place, String reason) {
    String message = new TasksException(ErrorCode.INVALID_RECORD, reason).getMessage();
    log.warn("The input {} of the schedules is a dead letter of the scheduler: {}", place, message);
    bury(place, input.value(), input.headers(), ErrorCode.INVALID_RECORD, message);
  }

  private void bury(
      String key,
      byte @Nullable [] value,
      Headers headers,
      ErrorCode code,
      @Nullable String message) {
    RecordHeaders dead = new RecordHeaders(headers);
    set(dead, JobHeaders.ERROR_TYPE, code.name());
    set(dead, JobHeaders.ERROR_MESSAGE, message == null ? "" : message);
    set(dead, JobHeaders.FAILED_AT, Long.toString(context.currentSystemTimeMs()));
    if (value == null) {
      set(dead, JobHeaders.NO_PAYLOAD, "true");
    }
    byte[] kept = value == null ? new byte[0] : value;
    forward(parts.names().schedulerDeadLetters(), HeaderText.bytes(key), kept, dead);
  }

  private static void set(Headers headers, String name, String text) {
    headers.remove(name);
    headers.add(name, HeaderText.bytes(text));
  }

  /** Sends one of the platform's own records; null removes. */
  void send(String topic, String key, byte @Nullable [] value) {
    forward(topic, key.getBytes(StandardCharsets.UTF_8), value, new RecordHeaders());
  }

  private void fire(ScheduledTask schedule, String topic, ProducerRecord<byte[], byte[]> record) {
    fire(
        schedule,
        new ProducerRecord<>(topic, null, record.key(), record.value(), record.headers()));
  }

  /** Sends what a fire starts; a trace begins with it. */
  private void fire(ScheduledTask schedule, ProducerRecord<byte[], byte[]> record) {
    Tracing traced = parts.tracing().get();
    if (traced != null) {
      Span span = traced.produce("send", record, io.opentelemetry.context.Context.root());
      span.setAttribute(SpanNames.SCHEDULE, schedule.name());
      JobSpans.end(span, null);
    }
    forward(record.topic(), record.key(), record.value(), record.headers());
  }

  private void forward(
      String topic, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    context.forward(
        new Record<>(key, new Outgoing(topic, value), context.currentSystemTimeMs(), headers));
  }

  private static int bytes(ProducerRecord<byte[], byte[]> record) {
    int size = OVERHEAD_BYTES + record.key().length;
    size += record.value() == null ? 0 : record.value().length;
    for (Header header : record.headers()) {
      size += header.key().length() + (header.value() == null ? 0 : header.value().length) + 10;
    }
    return size;
  }
}
