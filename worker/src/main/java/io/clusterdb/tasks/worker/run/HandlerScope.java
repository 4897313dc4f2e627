package io.clusterdb.tasks.worker.run;

import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.trace.TraceContext;
import io.clusterdb.tasks.trace.Tracing;
import io.opentelemetry.context.Scope;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What a handler's thread knows of its attempt while it runs it: the context of its log lines, and
 * the span that its own are below. Opened and closed by that thread.
 */
final class HandlerScope implements AutoCloseable {
  private static final String JOB = "job_id";
  private static final String QUEUE = "queue";
  private static final String TYPE = "job_type";
  private static final String ATTEMPT = "attempt";
  private static final String TRACE = "trace_id";
  private static final String SPAN = "span_id";

  private final @Nullable Scope span;

  private HandlerScope(@Nullable Scope span) {
    this.span = span;
  }

  @SuppressWarnings("MustBeClosedChecker") // by close()
  static HandlerScope open(
      Attempt attempt, JobRecord job, String queue, @Nullable TraceContext carried) {
    AttemptSpan traced = attempt.span();
    if (traced == null || !traced.spanContext().isValid()) {
      return plain(attempt, job, queue, carried);
    }
    // All at once, since some implementations copy all at each put, and in the cheapest of maps.
    MDC.setContextMap(context(attempt, job, queue, traced));
    return new HandlerScope(traced.current().makeCurrent());
  }

  /** Where nothing is recorded, the job's own context, if it has any, is handed on. */
  @SuppressWarnings("MustBeClosedChecker") // by close()
  private static HandlerScope plain(
      Attempt attempt, JobRecord job, String queue, @Nullable TraceContext known) {
    MDC.setContextMap(context(attempt, job, queue, known));
    return new HandlerScope(
        known == null ? null : Tracing.above(known.spanContext()).makeCurrent());
  }

  private static Map<String, String> context(
      Attempt attempt, JobRecord job, String queue, @Nullable TraceContext known) {
    String number = Integer.toString(attempt.number());
    return known == null
        ? Map.of(JOB, job.id(), QUEUE, queue, TYPE, job.type(), ATTEMPT, number)
        : Map.of(
            JOB, job.id(), QUEUE, queue, TYPE, job.type(), ATTEMPT, number, TRACE, known.traceId());
  }

  private static Map<String, String> context(
      Attempt attempt, JobRecord job, String queue, AttemptSpan traced) {
    return Map.of(
        JOB,
        job.id(),
        QUEUE,
        queue,
        TYPE,
        job.type(),
        ATTEMPT,
        Integer.toString(attempt.number()),
        TRACE,
        traced.spanContext().getTraceId(),
        SPAN,
        traced.spanContext().getSpanId());
  }

  @Override
  public void close() {
    if (span != null) {
      span.close();
    }
    MDC.clear();
  }
}
