package io.clusterdb.tasks.orchestrator.workflow.topology;

import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.orchestrator.workflow.engine.Effect;
import io.clusterdb.tasks.orchestrator.workflow.engine.Row;
import io.clusterdb.tasks.orchestrator.workflow.engine.RunCommand;
import io.clusterdb.tasks.trace.JobSpans;
import io.clusterdb.tasks.trace.SpanNames;
import io.clusterdb.tasks.trace.TraceContext;
import io.clusterdb.tasks.trace.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Traces of runs. A run keeps the context that it began with, and every job of it carries that on,
 * whether this process makes spans or not. What is done twice after a crash has two spans.
 */
final class RunTraces {
  private final String commands;
  private final Supplier<@Nullable Tracing> tracing;

  RunTraces(String commands, Supplier<@Nullable Tracing> tracing) {
    this.commands = commands;
    this.tracing = tracing;
  }

  /** A start with the context that its run keeps. */
  RunCommand.Start begin(RunCommand.Start start, String workflow) {
    Tracing traced = tracing.get();
    if (traced == null) {
      return start;
    }
    Span span = traced.process(commands, start.trace());
    if (span.isRecording()) {
      span.setAttribute(SpanNames.MESSAGE_ID, start.executionId());
      span.setAttribute(SpanNames.EXECUTION, start.executionId());
      span.setAttribute(SpanNames.WORKFLOW, workflow);
    }
    JobSpans.end(span, null);
    TraceContext begun = TraceContext.of(span.getSpanContext());
    return begun == null ? start : start.trace(begun);
  }

  /** Lets a job of a run carry its context on. */
  void job(Row.Run run, Effect.RunJob job, ProducerRecord<byte[], byte[]> record) {
    Span span = send(run, record);
    if (span.isRecording()) {
      String task = job.task().metadata().get("task");
      if (task != null) {
        span.setAttribute(SpanNames.TASK, task);
      }
      span.setAttribute(SpanNames.COMPENSATION, job.jobId().endsWith("/compensate"));
    }
    JobSpans.end(span, null);
  }

  /** Lets the start of a run that is a task carry the context on. */
  void child(Row.Run run, ProducerRecord<byte[], byte[]> record) {
    JobSpans.end(send(run, record), null);
  }

  private Span send(Row.Run run, ProducerRecord<byte[], byte[]> record) {
    Tracing traced = tracing.get();
    TraceContext kept = run.trace();
    if (traced == null) {
      if (kept != null) {
        kept.put(record.headers());
      }
      return Span.getInvalid();
    }
    SpanContext above = kept == null ? SpanContext.getInvalid() : kept.spanContext();
    Span span = traced.produce("send", record, Tracing.above(above));
    if (kept != null && !span.getSpanContext().isValid()) {
      kept.put(record.headers());
    }
    if (span.isRecording()) {
      describe(span, run);
    }
    return span;
  }

  /** The span of a whole run, once it has ended. */
  void ended(Row.Run run) {
    Tracing traced = tracing.get();
    if (traced == null || run.trace() == null) {
      return;
    }
    Span span = traced.internal("run " + run.workflow(), run.trace(), run.startedAt());
    if (span.isRecording()) {
      describe(span, run);
      span.setAttribute(SpanNames.RUN_STATE, run.state().name());
      if (run.error() != null) {
        span.setAttribute(SpanNames.ERROR_TYPE, run.error().type());
      }
      if (run.state() != RunState.SUCCEEDED) {
        span.setStatus(StatusCode.ERROR, run.error() == null ? "" : run.error().message());
      }
    }
    JobSpans.end(span, null);
  }

  private static void describe(Span span, Row.Run run) {
    span.setAttribute(SpanNames.WORKFLOW, run.workflow());
    span.setAttribute(SpanNames.VERSION, run.version());
    span.setAttribute(SpanNames.EXECUTION, run.executionId());
  }
}
