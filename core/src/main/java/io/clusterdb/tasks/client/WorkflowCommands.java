package io.clusterdb.tasks.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.clusterdb.tasks.kafka.KafkaErrors;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.WorkflowCommand;
import io.clusterdb.tasks.schemas.avro.WorkflowCommandKind;
import io.clusterdb.tasks.trace.JobSpans;
import io.clusterdb.tasks.trace.SpanNames;
import io.clusterdb.tasks.trace.TraceContext;
import io.clusterdb.tasks.trace.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Asks things of runs of workflows by records. Thread-safe. */
final class WorkflowCommands {
  /** As the catalog: read by the orchestrator whether a registry answers or not. */
  private static final PlatformCodec CODEC = PlatformCodec.singleObject();

  private final String topic;
  private final String bootstrap;
  private final Supplier<? extends Producer<byte[], byte[]>> producer;
  private final InstantSource clock;
  private final Ids ids;
  private final Supplier<@Nullable Tracing> tracing;

  WorkflowCommands(
      String topic,
      String bootstrap,
      Supplier<? extends Producer<byte[], byte[]>> producer,
      InstantSource clock,
      Ids ids,
      Supplier<@Nullable Tracing> tracing) {
    this.tracing = tracing;
    this.topic = topic;
    this.bootstrap = bootstrap;
    this.producer = producer;
    this.clock = clock;
    this.ids = ids;
  }

  /** A command to be filled in. */
  WorkflowCommand of(String execution, WorkflowCommandKind kind) {
    WorkflowCommand command = new WorkflowCommand();
    command.setCommandId(ids.run());
    command.setAt(clock.instant());
    command.setExecutionId(execution);
    command.setKind(kind);
    command.setContext(Map.of());
    return command;
  }

  /** Sends a command; completes when the brokers have it for good. */
  CompletableFuture<Void> send(WorkflowCommand command) {
    String id = command.getExecutionId();
    CompletableFuture<Void> sent = new CompletableFuture<>();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, id.getBytes(UTF_8), CODEC.encode(topic, command));
    Span span = span(command, record);
    String what = command.getKind().name().toLowerCase(java.util.Locale.ROOT) + " run " + id;
    try {
      var unused =
          producer
              .get()
              .send(
                  record,
                  (metadata, error) -> {
                    JobSpans.end(span, error);
                    if (error == null) {
                      sent.complete(null);
                    } else {
                      sent.completeExceptionally(KafkaErrors.of(what, bootstrap, error));
                    }
                  });
    } catch (RuntimeException e) {
      JobSpans.end(span, e);
      sent.completeExceptionally(KafkaErrors.of(what, bootstrap, e));
    }
    return sent;
  }

  /** A start begins the run's part of a trace; what is asked of a run later has none. */
  private Span span(WorkflowCommand command, ProducerRecord<byte[], byte[]> record) {
    Tracing traced = tracing.get();
    if (command.getKind() != WorkflowCommandKind.START) {
      return Span.getInvalid();
    }
    if (traced == null) {
      TraceContext.handOn(record.headers());
      return Span.getInvalid();
    }
    Span span = traced.produce("send", record, Context.current());
    if (span.isRecording()) {
      span.setAttribute(SpanNames.MESSAGE_ID, command.getExecutionId());
      span.setAttribute(SpanNames.EXECUTION, command.getExecutionId());
      span.setAttribute(SpanNames.WORKFLOW, String.valueOf(command.getWorkflow()));
      span.setAttribute(SpanNames.VERSION, String.valueOf(command.getVersion()));
    }
    return span;
  }
}
