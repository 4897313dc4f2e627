package io.clusterdb.tasks.worker.run;

import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.trace.TraceContext;
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
  static HandlerScope open(Attempt attempt, JobRecord job, String queue) {
    AttemptSpan traced = attempt.span();
    // All at once, since some implementations copy all at each put, and in the cheapest of maps.
    MDC.setContextMap(
        traced == null || !traced.spanContext().isValid()
            ? context(attempt, job, queue)
            : context(attempt, job, queue, traced));
    return new HandlerScope(traced == null ? null : traced.current().makeCurrent());
  }

  private static Map<String, String> context(Attempt attempt, JobRecord job, String queue) {
    String number = Integer.toString(attempt.number());
    TraceContext known =
        job.headers().lastHeader(JobHeaders.TRACEPARENT) == null
            ? null
            : TraceContext.of(job.headers());
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
