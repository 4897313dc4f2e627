package io.clusterdb.tasks.worker.run;

import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.trace.TraceContext;
import io.opentelemetry.context.Scope;
import java.util.HashMap;
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

  static HandlerScope open(Attempt attempt, JobRecord job, String queue) {
    Map<String, String> context = new HashMap<>();
    context.put(JOB, job.id());
    context.put(QUEUE, queue);
    context.put(TYPE, job.type());
    context.put(ATTEMPT, Integer.toString(attempt.number()));
    AttemptSpan traced = attempt.span();
    if (traced != null) {
      context.put(TRACE, traced.spanContext().getTraceId());
      context.put(SPAN, traced.spanContext().getSpanId());
    } else if (job.headers().lastHeader(JobHeaders.TRACEPARENT) != null) {
      TraceContext known = TraceContext.of(job.headers());
      if (known != null) {
        context.put(TRACE, known.traceId());
      }
    }
    MDC.setContextMap(context); // all at once, since some implementations copy all at each put
    return new HandlerScope(traced == null ? null : traced.current().makeCurrent());
  }

  @Override
  public void close() {
    if (span != null) {
      span.close();
    }
    MDC.clear();
  }
}
