package io.clusterdb.tasks.trace;

import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Objects;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A W3C trace context as records carry it: which trace they belong to, below which span, and
 * whether it is recorded. What no such context is has no effect, however long. Immutable; read
 * once, since every attempt asks for it several times.
 */
public final class TraceContext {
  private static final int LENGTH = 55;
  private static final int MAX_STATE = 512;
  private static final TextMapGetter<Texts> GETTER = new Getter();

  private final SpanContext span;

  private TraceContext(SpanContext span) {
    this.span = span;
  }

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
    boolean plain = state == null || state.isEmpty() || state.length() > MAX_STATE;
    SpanContext read = plain ? plain(parent) : null;
    return of(read == null ? any(new Texts(parent, plain ? null : state)) : read);
  }

  /** The context of a span; null if it is not valid. */
  public static @Nullable TraceContext of(SpanContext span) {
    return span.isValid() ? new TraceContext(span) : null;
  }

  /** The usual form, read without a look at others; null if it is another. */
  private static @Nullable SpanContext plain(String parent) {
    if (parent.length() != LENGTH
        || !parent.startsWith("00-")
        || parent.charAt(35) != '-'
        || parent.charAt(52) != '-') {
      return null;
    }
    int high = Character.digit(parent.charAt(53), 16);
    int low = Character.digit(parent.charAt(54), 16);
    return high < 0 || low < 0
        ? null
        : SpanContext.createFromRemoteParent(
            parent.substring(3, 35),
            parent.substring(36, 52),
            TraceFlags.fromByte((byte) (high << 4 | low)),
            TraceState.getDefault());
  }

  private static SpanContext any(Texts texts) {
    return Span.fromContext(
            W3CTraceContextPropagator.getInstance().extract(Context.root(), texts, GETTER))
        .getSpanContext();
  }

  /** The header {@code traceparent}. */
  public String parent() {
    return "00-" + span.getTraceId() + "-" + span.getSpanId() + "-" + span.getTraceFlags().asHex();
  }

  /** The header {@code tracestate}; null for none. */
  public @Nullable String state() {
    return span.getTraceState().isEmpty() ? null : text(span.getTraceState());
  }

  private static String text(TraceState state) {
    StringBuilder text = new StringBuilder();
    state.forEach(
        (key, value) ->
            text.append(text.isEmpty() ? "" : ",").append(key).append('=').append(value));
    return text.toString();
  }

  /** As OpenTelemetry knows it; always valid. */
  public SpanContext spanContext() {
    return span;
  }

  /** The trace's id, as logs show it. */
  public String traceId() {
    return span.getTraceId();
  }

  /**
   * Lets a record of a process that traces nothing carry the thread's context on, if it has any.
   */
  public static void handOn(Headers headers) {
    TraceContext current = of(Span.current().getSpanContext());
    if (current != null) {
      current.put(headers);
    }
  }

  /** Puts it into headers, in place of another. */
  public void put(Headers headers) {
    if (headers.lastHeader(JobHeaders.TRACEPARENT) != null
        || headers.lastHeader(JobHeaders.TRACESTATE) != null) {
      headers.remove(JobHeaders.TRACEPARENT).remove(JobHeaders.TRACESTATE);
    }
    headers.add(JobHeaders.TRACEPARENT, HeaderText.bytes(parent()));
    String state = state();
    if (state != null) {
      headers.add(JobHeaders.TRACESTATE, HeaderText.bytes(state));
    }
  }

  /** Two are equal if records carry them alike, wherever they come from. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TraceContext that
        && parent().equals(that.parent())
        && Objects.equals(state(), that.state());
  }

  @Override
  public int hashCode() {
    return Objects.hash(span.getTraceId(), span.getSpanId());
  }

  @Override
  public String toString() {
    return parent();
  }

  private record Texts(String parent, @Nullable String state) {}

  private static final class Getter implements TextMapGetter<Texts> {
    @Override
    public @Nullable String get(@Nullable Texts carrier, String key) {
      if (carrier == null) {
        return null;
      }
      return key.equals(JobHeaders.TRACEPARENT) ? carrier.parent : carrier.state;
    }
  }
}
