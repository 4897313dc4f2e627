package io.clusterdb.tasks.trace;

import io.clusterdb.tasks.TraceCounts;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes spans. Where a connection has none of these, nothing is traced; records carry the context
 * that they have all the same. A sampler, processor or exporter that throws costs the span and
 * nothing else. Thread-safe.
 */
public final class Tracing {
  private static final Logger log = LoggerFactory.getLogger(Tracing.class);
  private static final String SCOPE = "io.clusterdb.tasks";

  private final Tracer tracer;
  private final Supplier<TraceCounts> counts;

  /**
   * Makes spans with this.
   *
   * @param counts says what became of them
   */
  public Tracing(OpenTelemetry openTelemetry, Supplier<TraceCounts> counts) {
    this.tracer = openTelemetry.getTracer(SCOPE);
    this.counts = counts;
  }

  /** What became of the spans so far. */
  public TraceCounts counts() {
    return counts.get();
  }

  /** A record that is sent now, below the span that is current; to be ended when it has arrived. */
  public Span send(ProducerRecord<byte[], byte[]> record) {
    return produce("send", record, Context.current());
  }

  /** A record that is made now and sent later, by whoever; ends at once. */
  public void create(ProducerRecord<byte[], byte[]> record) {
    JobSpans.end(produce("create", record, Context.current()), null);
  }

  /**
   * Begins a span of a record on its way to its topic and puts its context into the record.
   *
   * @param operation create or send
   */
  public Span produce(String operation, ProducerRecord<byte[], byte[]> record, Context parent) {
    Span span =
        begin(
            tracer
                .spanBuilder(operation + " " + record.topic())
                .setParent(parent)
                .setSpanKind(SpanKind.PRODUCER));
    if (span.isRecording()) {
      messaging(span, operation, record.topic());
      JobSpans.describe(span, record.headers());
    }
    TraceContext own = TraceContext.of(span.getSpanContext());
    if (own != null) {
      own.put(record.headers());
    }
    return span;
  }

  /**
   * Begins the span of an attempt at a job.
   *
   * @param parent context of the job; null where it has none, so that a trace begins here
   */
  public Span process(String topic, @Nullable TraceContext parent) {
    SpanContext above = parent == null ? SpanContext.getInvalid() : parent.spanContext();
    if (above.isValid() && !above.isSampled()) {
      return Span.wrap(above); // As it was decided at the root: nothing to record.
    }
    Span span =
        begin(
            tracer
                .spanBuilder("process " + topic)
                .setParent(above(above))
                .setSpanKind(SpanKind.CONSUMER));
    if (span.isRecording()) {
      messaging(span, "process", topic);
    }
    return span;
  }

  /**
   * The span of a settlement, which is of no trace alone and so has a link to each.
   *
   * @param all attempts that it was about, those without a span among them
   * @param startedAt when it began, in milliseconds since 1970
   */
  public void settle(String queue, Collection<SpanContext> attempts, int all, long startedAt) {
    SpanBuilder builder =
        tracer
            .spanBuilder("settle " + queue)
            .setNoParent()
            .setSpanKind(SpanKind.CLIENT)
            .setStartTimestamp(startedAt, TimeUnit.MILLISECONDS);
    attempts.forEach(builder::addLink);
    Span span = begin(builder);
    if (span.isRecording()) {
      span.setAttribute(SpanNames.SYSTEM, SpanNames.KAFKA);
      span.setAttribute(SpanNames.OPERATION_TYPE, "settle");
      span.setAttribute(SpanNames.OPERATION_NAME, "settle");
      span.setAttribute(SpanNames.QUEUE, queue);
      span.setAttribute(SpanNames.BATCH, all);
    }
    JobSpans.end(span, null);
  }

  /**
   * A span of the platform's own work.
   *
   * @param parent null for none, so that a trace begins here
   * @param startedAt when it began, in milliseconds since 1970
   */
  public Span internal(String name, @Nullable TraceContext parent, long startedAt) {
    return begin(
        tracer
            .spanBuilder(name)
            .setParent(above(parent == null ? SpanContext.getInvalid() : parent.spanContext()))
            .setStartTimestamp(startedAt, TimeUnit.MILLISECONDS));
  }

  private static Span begin(SpanBuilder builder) {
    try {
      return builder.startSpan();
    } catch (RuntimeException e) {
      log.debug("A span could not begin", e);
      return Span.getInvalid();
    }
  }

  /** The context below a span that another process may have begun. */
  public static Context above(SpanContext span) {
    return span.isValid() ? Context.root().with(Span.wrap(span)) : Context.root();
  }

  private static void messaging(Span span, String operation, String topic) {
    span.setAttribute(SpanNames.SYSTEM, SpanNames.KAFKA);
    span.setAttribute(SpanNames.OPERATION_TYPE, operation);
    span.setAttribute(SpanNames.OPERATION_NAME, operation);
    span.setAttribute(SpanNames.DESTINATION, topic);
  }
}
