package io.clusterdb.tasks.trace;

import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What spans say of jobs. Stateless. */
public final class JobSpans {
  private static final Logger log = LoggerFactory.getLogger(JobSpans.class);

  private JobSpans() {}

  /** Says what a record's headers say of its job. */
  static void describe(Span span, Headers headers) {
    set(span, SpanNames.MESSAGE_ID, HeaderText.of(headers, JobHeaders.ID));
    set(span, SpanNames.JOB_TYPE, HeaderText.of(headers, JobHeaders.TYPE));
    set(span, SpanNames.JOB_RUN, HeaderText.of(headers, JobHeaders.RUN));
  }

  private static void set(Span span, AttributeKey<String> key, @Nullable String value) {
    if (value != null) {
      span.setAttribute(key, value);
    }
  }

  /** Ends a span, which failed if there is an error; never throws. */
  public static void end(Span span, @Nullable Throwable error) {
    if (error != null && span.isRecording()) {
      span.setAttribute(SpanNames.ERROR_TYPE, error.getClass().getName());
      span.setStatus(StatusCode.ERROR, String.valueOf(error.getMessage()));
    }
    try {
      span.end();
    } catch (RuntimeException e) {
      log.debug("A span could not end", e); // Whoever processes spans must not decide about a job.
    }
  }
}
