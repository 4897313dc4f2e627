package io.clusterdb.tasks.worker.run;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.trace.JobSpans;
import io.clusterdb.tasks.trace.SpanNames;
import io.clusterdb.tasks.trace.TraceContext;
import io.clusterdb.tasks.trace.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The span of an attempt, whose trace goes on with what follows from it. Thread-safe. */
public final class AttemptSpan {
  private final SpanContext context;
  private final boolean root;

  /** Once it has ended what it recorded is the exporter's, though the attempt is not settled. */
  private volatile Span span;

  private AttemptSpan(Span span, boolean root) {
    this.context = span.getSpanContext();
    this.span = span;
    this.root = root;
  }

  /**
   * Begins the span of an attempt that is prepared; null where its root was not to be recorded, and
   * the job's own context says all.
   *
   * @param carried the job's context; null for none
   * @param before span of the attempt that this one follows in place; null for none
   * @param group that consumes the queue
   */
  static @Nullable AttemptSpan begin(
      Tracing tracing,
      Attempt attempt,
      JobRecord job,
      @Nullable TraceContext carried,
      @Nullable AttemptSpan before,
      String queue,
      String group) {
    if (carried != null && !carried.spanContext().isSampled()) {
      return null;
    }
    TraceContext parent = carried == null && before != null ? before.context() : carried;
    Span span = tracing.process(job.topic(), parent);
    if (span.isRecording()) {
      describe(span, attempt, job, queue, group);
    }
    return new AttemptSpan(span, carried == null);
  }

  private static void describe(
      Span span, Attempt attempt, JobRecord job, String queue, String group) {
    span.setAttribute(SpanNames.GROUP, group);
    span.setAttribute(SpanNames.PARTITION, Integer.toString(job.partition()));
    span.setAttribute(SpanNames.OFFSET, job.offset());
    span.setAttribute(SpanNames.MESSAGE_ID, job.id());
    span.setAttribute(SpanNames.QUEUE, queue);
    span.setAttribute(SpanNames.JOB_TYPE, job.type());
    span.setAttribute(SpanNames.JOB_RUN, job.run());
    span.setAttribute(SpanNames.ATTEMPT, attempt.number());
    span.setAttribute(SpanNames.MAX_ATTEMPTS, attempt.maxAttempts());
    span.setAttribute(SpanNames.QUEUED_MS, Math.max(0, attempt.startedAt() - job.appendedAt()));
  }

  /** What a handler's own spans are below. */
  Context current() {
    return Tracing.above(context);
  }

  /** Its place in its trace; not valid where nothing is traced. */
  public SpanContext spanContext() {
    return context;
  }

  /** The same for a record's headers; null where it is not valid. */
  @Nullable TraceContext context() {
    return TraceContext.of(context);
  }

  /** What the job's next record is to carry, where its trace began here; null otherwise. */
  @Nullable TraceContext begun() {
    return root ? context() : null;
  }

  /** The attempt fails with this. */
  void failed(JobFailure failure) {
    Span now = span;
    if (now.isRecording()) {
      now.setAttribute(SpanNames.ERROR_TYPE, failure.type());
      now.setStatus(StatusCode.ERROR, failure.message());
    }
  }

  /**
   * Ends it.
   *
   * @param outcome null where it does not count
   */
  void ended(@Nullable Outcome outcome) {
    Span now = span;
    if (now.isRecording()) {
      now.setAttribute(SpanNames.OUTCOME, word(outcome));
    }
    JobSpans.end(now, null);
    span = Span.getInvalid();
  }

  private static String word(@Nullable Outcome outcome) {
    return switch (outcome) {
      case null -> "lost";
      case Outcome.Done done -> done.result().name().toLowerCase(Locale.ROOT);
      case Outcome.AgainInPlace again -> "retried";
      case Outcome.UnknownType unknown -> "unknown_type";
      case Outcome.Released released -> "released";
    };
  }
}
