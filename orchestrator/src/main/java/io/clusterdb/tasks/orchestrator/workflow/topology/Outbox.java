package io.clusterdb.tasks.orchestrator.workflow.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.orchestrator.workflow.engine.Effect;
import io.clusterdb.tasks.orchestrator.workflow.engine.Row;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.JobCommand;
import io.clusterdb.tasks.schemas.avro.JobCommandKind;
import io.clusterdb.tasks.schemas.avro.JobOutcome;
import io.clusterdb.tasks.schemas.avro.JobState;
import io.clusterdb.tasks.schemas.avro.WorkflowCommand;
import io.clusterdb.tasks.schemas.avro.WorkflowCommandKind;
import io.clusterdb.tasks.schemas.avro.WorkflowEvent;
import io.clusterdb.tasks.schemas.avro.WorkflowReply;
import io.clusterdb.tasks.streams.routing.Outgoing;
import io.clusterdb.tasks.topic.TopicNames;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends what decisions ask for. Used by the partition's thread. */
final class Outbox {
  private static final Logger log = LoggerFactory.getLogger(Outbox.class);

  private final ProcessorContext<byte[], Outgoing> context;
  private final TopicNames names;
  private final PlatformCodec codec;
  private final JobDispatch jobs;
  private final RunTraces traces;

  Outbox(
      ProcessorContext<byte[], Outgoing> context,
      WorkflowParts parts,
      JobDispatch jobs,
      RunTraces traces) {
    this.context = context;
    this.names = parts.names();
    this.codec = parts.codec();
    this.jobs = jobs;
    this.traces = traces;
  }

  void event(WorkflowEvent event) {
    send(names.workflowEvents(), event.getExecutionId(), event);
  }

  /**
   * Does what a decision about a run asks for.
   *
   * @param run the run after it; null where there is none
   */
  void effect(Row.@Nullable Run run, Effect effect, long now) {
    String execution = run == null ? "" : run.executionId();
    switch (effect) {
      case Effect.RunJob job -> {
        ProducerRecord<byte[], byte[]> record = jobs.take(job);
        if (run != null) {
          traces.job(run, job, record);
        }
        forward(record.topic(), record.key(), record.value(), record.headers());
      }
      case Effect.StartRun start -> start(run, start, now);
      case Effect.CancelJob cancel -> cancel(cancel, now);
      case Effect.CancelRun cancel -> cancel(execution, cancel, now);
      case Effect.ReplyEnd end -> reply(end, now);
      case Effect.Answer answer -> answer(execution, answer.replyKey(), answer.error(), now);
      case Effect.ReplyParent end ->
          outcome(
              end.parent(),
              end.run().workflow(),
              end.state(),
              end.output(),
              end.run().error(),
              now);
    }
  }

  private void start(Row.@Nullable Run run, Effect.StartRun start, long now) {
    WorkflowCommand command =
        command(start.executionId(), WorkflowCommandKind.START, start.parent().jobRun(), now);
    command.setWorkflow(start.workflow());
    command.setVersion(start.version());
    command.setInput(start.input());
    command.setContext(start.context());
    command.setParent(Avro.parent(start.parent()));
    ProducerRecord<byte[], byte[]> record = record(start.executionId(), command);
    if (run != null) {
      traces.child(run, record);
    }
    forward(record.topic(), record.key(), record.value(), record.headers());
  }

  private void cancel(String execution, Effect.CancelRun cancel, long now) {
    WorkflowCommand command =
        command(
            cancel.executionId(),
            WorkflowCommandKind.CANCEL,
            "cancelled-by-" + execution + "-" + now,
            now);
    command.setCompensate(true);
    command.setReason("run " + execution + ", of which it is a part, no longer needs it");
    ProducerRecord<byte[], byte[]> record = record(cancel.executionId(), command);
    forward(record.topic(), record.key(), record.value(), record.headers());
  }

  /** As the client's commands: read whether a registry answers or not. */
  private ProducerRecord<byte[], byte[]> record(String execution, WorkflowCommand command) {
    String topic = names.workflowCommands();
    byte[] value = PlatformCodec.singleObject().encode(topic, command);
    return new ProducerRecord<>(topic, execution.getBytes(UTF_8), value);
  }

  private static WorkflowCommand command(
      String execution, WorkflowCommandKind kind, String id, long now) {
    WorkflowCommand command = new WorkflowCommand();
    command.setCommandId(id);
    command.setAt(Instant.ofEpochMilli(now));
    command.setExecutionId(execution);
    command.setKind(kind);
    command.setContext(Map.of());
    return command;
  }

  private void cancel(Effect.CancelJob cancel, long now) {
    JobCommand command =
        JobCommand.newBuilder()
            .setCommandId("workflow-" + cancel.jobRun())
            .setAt(Instant.ofEpochMilli(now))
            .setJobId(cancel.jobId())
            .setRun(cancel.jobRun())
            .setKind(JobCommandKind.CANCEL)
            .setReason("its workflow no longer needs it")
            .build();
    send(names.control(), cancel.jobId(), command);
  }

  private void reply(Effect.ReplyEnd end, long now) {
    Row.Run run = end.run();
    WorkflowReply reply = reply(run.executionId(), run.error(), now);
    reply.setWorkflow(run.workflow());
    reply.setVersion(run.version());
    reply.setState(Avro.state(end.state()));
    reply.setStartedAt(Instant.ofEpochMilli(run.startedAt()));
    reply.setFinishedAt(Instant.ofEpochMilli(run.finishedAt()));
    reply.setOutput(end.output());
    send(names.replies(), end.replyKey(), reply);
  }

  /** Answers a command. */
  void answer(String execution, String replyKey, @Nullable JobFailure error, long now) {
    send(names.replies(), replyKey, reply(execution, error, now));
  }

  private static WorkflowReply reply(String execution, @Nullable JobFailure error, long now) {
    WorkflowReply reply = new WorkflowReply();
    reply.setAt(Instant.ofEpochMilli(now));
    reply.setExecutionId(execution);
    reply.setError(Avro.error(error));
    return reply;
  }

  /** Tells a run how the run that is its task ended. */
  void outcome(
      Row.Parent parent,
      String workflow,
      RunState state,
      @Nullable String output,
      @Nullable JobFailure error,
      long now) {
    JobOutcome outcome = new JobOutcome();
    outcome.setAt(Instant.ofEpochMilli(now));
    outcome.setReplyKey(parent.executionId());
    outcome.setJobId(parent.jobId());
    outcome.setRun(parent.jobRun());
    outcome.setQueue("");
    outcome.setType(workflow);
    outcome.setState(
        switch (state) {
          case SUCCEEDED -> JobState.SUCCEEDED;
          case CANCELLED -> JobState.CANCELLED;
          default -> JobState.DEAD;
        });
    outcome.setAttempt(1);
    outcome.setResult(output);
    outcome.setError(Avro.error(error));
    send(names.workflowOutcomes(), parent.executionId(), outcome);
  }

  /**
   * Makes a dead letter of an input that cannot be worked with.
   *
   * @param place where it was read
   * @param reason what was expected and found
   */
  void bury(String place, byte @Nullable [] value, Headers headers, String reason) {
    String message =
        String.valueOf(new TasksException(ErrorCode.INVALID_RECORD, reason).getMessage());
    log.warn(
        "The input {} of the workflows is a dead letter of the orchestrator: {}", place, message);
    RecordHeaders dead = new RecordHeaders(headers);
    set(dead, JobHeaders.ERROR_TYPE, ErrorCode.INVALID_RECORD.name());
    set(dead, JobHeaders.ERROR_MESSAGE, message);
    set(dead, JobHeaders.FAILED_AT, Long.toString(context.currentSystemTimeMs()));
    if (value == null) {
      set(dead, JobHeaders.NO_PAYLOAD, "true");
    }
    byte[] kept = value == null ? new byte[0] : value;
    forward(names.orchestratorDeadLetters(), HeaderText.bytes(place), kept, dead);
  }

  private static void set(Headers headers, String name, String text) {
    headers.remove(name);
    headers.add(name, HeaderText.bytes(text));
  }

  private void send(String topic, String key, SpecificRecord record) {
    forward(topic, key.getBytes(UTF_8), codec.encode(topic, record), new RecordHeaders());
  }

  private void forward(String topic, byte[] key, byte @Nullable [] value, Headers headers) {
    context.forward(
        new Record<>(key, new Outgoing(topic, value), context.currentSystemTimeMs(), headers));
  }
}
