package io.clusterdb.tasks.trace;

import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A W3C trace context as records carry it: which trace they belong to, below which span, and
 * whether it is recorded. What no such context is has no effect, however long.
 *
 * @param parent the header {@code traceparent}
 * @param state the header {@code tracestate}; null for none
 */
public record TraceContext(String parent, @Nullable String state) {
  private static final int LENGTH = 55;
  private static final int MAX_STATE = 512;
  private static final TextMapGetter<TraceContext> GETTER = new Getter();

  /** The context in a record's headers; null where there is none that is valid. */
  public static @Nullable TraceContext of(Headers headers) {
    String parent = HeaderText.of(headers, JobHeaders.TRACEPARENT);
    return parent == null ? null : of(parent, HeaderText.of(headers, JobHeaders.TRACESTATE));
  }

  /** The context of these texts; null if they are none. */
  public static @Nullable TraceContext of(@Nullable String parent, @Nullable String state) {
    if (parent == null || parent.length() < LENGTH || parent.length() > 2 * LENGTH) {
      return null;
    }
    boolean small = state != null && !state.isEmpty() && state.length() <= MAX_STATE;
    TraceContext read = new TraceContext(parent, small ? state : null);
    return read.spanContext().isValid() ? read : null;
  }

  /** The context of a span; null if it is not valid. */
  public static @Nullable TraceContext of(SpanContext span) {
    if (!span.isValid()) {
      return null;
    }
    return new TraceContext(
        "00-" + span.getTraceId() + "-" + span.getSpanId() + "-" + span.getTraceFlags().asHex(),
        span.getTraceState().isEmpty() ? null : text(span.getTraceState()));
  }

  private static String text(TraceState state) {
    StringBuilder text = new StringBuilder();
    state.forEach(
        (key, value) ->
            text.append(text.isEmpty() ? "" : ",").append(key).append('=').append(value));
    return text.toString();
  }

  /** As OpenTelemetry knows it; not valid if the texts are not. */
  public SpanContext spanContext() {
    SpanContext plain = state == null ? plain() : null;
    return plain != null
        ? plain
        : Span.fromContext(
                W3CTraceContextPropagator.getInstance().extract(Context.root(), this, GETTER))
            .getSpanContext();
  }

  /** The usual form, read without a look at others; null if it is another. */
  private @Nullable SpanContext plain() {
    if (parent.length() != LENGTH
        || !parent.startsWith("00-")
        || parent.charAt(35) != '-'
        || parent.charAt(52) != '-') {
      return null;
    }
    String trace = parent.substring(3, 35);
    String span = parent.substring(36, 52);
    if (!TraceId.isValid(trace) || !SpanId.isValid(span)) {
      return null;
    }
    int high = Character.digit(parent.charAt(53), 16);
    int low = Character.digit(parent.charAt(54), 16);
    return high < 0 || low < 0
        ? null
        : SpanContext.createFromRemoteParent(
            trace, span, TraceFlags.fromByte((byte) (high << 4 | low)), TraceState.getDefault());
  }

  /** The trace's id, as logs show it. */
  public String traceId() {
    return parent.substring(3, 35);
  }

  /**
   * Lets a record of a process that traces nothing carry the thread's context on, if it has any.
   */
  public static void handOn(Headers headers) {
    SpanContext current = Span.current().getSpanContext();
    if (current.isValid()) {
      TraceContext context = of(current);
      if (context != null) {
        context.put(headers);
      }
    }
  }

  /** Puts it into headers, in place of another. */
  public void put(Headers headers) {
    if (headers.lastHeader(JobHeaders.TRACEPARENT) != null
        || headers.lastHeader(JobHeaders.TRACESTATE) != null) {
      headers.remove(JobHeaders.TRACEPARENT).remove(JobHeaders.TRACESTATE);
    }
    headers.add(JobHeaders.TRACEPARENT, HeaderText.bytes(parent));
    if (state != null) {
      headers.add(JobHeaders.TRACESTATE, HeaderText.bytes(state));
    }
  }

  private static final class Getter implements TextMapGetter<TraceContext> {
    @Override
    public @Nullable String get(@Nullable TraceContext carrier, String key) {
      if (carrier == null) {
        return null;
      }
      return key.equals(JobHeaders.TRACEPARENT) ? carrier.parent : carrier.state;
    }
  }
}
