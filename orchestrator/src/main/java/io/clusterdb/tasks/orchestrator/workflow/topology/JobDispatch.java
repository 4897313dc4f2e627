package io.clusterdb.tasks.orchestrator.workflow.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.orchestrator.workflow.engine.Effect;
import io.clusterdb.tasks.orchestrator.workflow.engine.JobCheck;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.record.JobRecordWriter;
import io.clusterdb.tasks.record.ReplyTo;
import io.clusterdb.tasks.streams.routing.Route;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Makes jobs' records while it is decided whether they can be sent at all, so that none is refused
 * after the decision. Used by the partition's thread, for one decision at a time.
 */
final class JobDispatch implements JobCheck {
  /** What framing adds, and the headers of a trace. */
  private static final int OVERHEAD_BYTES = 800;

  private final WorkflowParts parts;
  private final IdentityHashMap<Effect.RunJob, ProducerRecord<byte[], byte[]>> made =
      new IdentityHashMap<>();
  private long now;

  JobDispatch(WorkflowParts parts) {
    this.parts = parts;
  }

  /** Begins another decision. */
  void begin(long time) {
    made.clear();
    now = time;
  }

  @Override
  public @Nullable JobFailure refuse(Effect.RunJob job) {
    try {
      made.put(job, record(job));
      return null;
    } catch (TasksException e) {
      return new JobFailure(e.code().name(), String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      return new JobFailure(ErrorCode.INVALID_JOB.name(), String.valueOf(e.getMessage()));
    }
  }

  /** The record of a job that was not refused. */
  ProducerRecord<byte[], byte[]> take(Effect.RunJob job) {
    return Objects.requireNonNull(made.get(job));
  }

  private ProducerRecord<byte[], byte[]> record(Effect.RunJob effect) {
    Task task = effect.task();
    String queue = task.queue() == null ? parts.queues().queueOf(task.type()) : task.queue();
    Queue known = parts.catalog().current().queue(queue);
    if (known != null && known.ordering() == Ordering.KEY && task.priority() != Priority.NORMAL) {
      throw new TasksException(
          ErrorCode.INVALID_JOB,
          "queue %s orders jobs by key, so it has no lanes; found a job of priority %s. Run it without priority, or in another queue."
              .formatted(queue, task.priority().lane()));
    }
    byte[] payload = effect.payload().getBytes(UTF_8);
    ProducerRecord<byte[], byte[]> record = record(effect, queue, payload, "unused", null);
    return switch (parts.router().decide(queue, task.priority(), bytes(record))) {
      case Route.To to ->
          new ProducerRecord<>(to.topic(), null, record.key(), payload, record.headers());
      case Route.Wait wait ->
          // Its topic is not there now: the store of waiting jobs tries again until it is.
          record(
              effect,
              queue,
              payload,
              parts.names().delayed(),
              Schedule.at(Instant.ofEpochMilli(now)));
      case Route.Refuse refuse -> throw new TasksException(refuse.code(), refuse.reason());
    };
  }

  private ProducerRecord<byte[], byte[]> record(
      Effect.RunJob effect, String queue, byte[] payload, String topic, @Nullable Schedule when) {
    Task task = effect.task();
    Job job =
        Job.of(task.type())
            .queue(queue)
            .key(task.key())
            .priority(task.priority())
            .timeout(task.timeout())
            .retry(task.retry())
            .metadata(task.metadata())
            .schedule(when)
            .build();
    JobId id = new JobId(effect.jobId(), effect.jobRun());
    ProducerRecord<byte[], byte[]> record =
        JobRecordWriter.enqueue(topic, job, id, queue, now, payload, Payload.JSON);
    String execution = effect.jobId().substring(0, effect.jobId().indexOf('/'));
    record.headers().add(JobHeaders.REPLY_TO, HeaderText.bytes(ReplyTo.WORKFLOW.text()));
    record.headers().add(JobHeaders.REPLY_KEY, HeaderText.bytes(execution));
    return record;
  }

  private static int bytes(ProducerRecord<byte[], byte[]> record) {
    int size = OVERHEAD_BYTES + record.key().length + record.value().length;
    for (Header header : record.headers()) {
      size += header.key().length() + header.value().length + 4;
    }
    return size;
  }
}
