package io.clusterdb.tasks.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.clusterdb.tasks.TraceCounts;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class TracingTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();

  @Test
  void aRecordCarriesTheContextOfItsSpanBelowTheCurrentOne() {
    Tracing tracing = tracing(SimpleSpanProcessor.create(spans), Sampler.alwaysOn());
    Span above = tracing.internal("above", null, 1);
    ProducerRecord<byte[], byte[]> record = record();
    try (Scope unused = above.makeCurrent()) {
      tracing.create(record);
    }
    SpanData created = spans.getFinishedSpanItems().getFirst();
    assertThat(created.getName()).isEqualTo("create tasks.mail");
    assertThat(created.getParentSpanId()).isEqualTo(above.getSpanContext().getSpanId());
    assertThat(TraceContext.of(record.headers()))
        .isEqualTo(TraceContext.of(created.getSpanContext()));
  }

  @Test
  void whatIsNotRecordedCarriesThatDecisionOn() {
    Tracing tracing = tracing(SimpleSpanProcessor.create(spans), Sampler.alwaysOff());
    ProducerRecord<byte[], byte[]> record = record();
    tracing.create(record);
    TraceContext carried = TraceContext.of(record.headers());
    assertThat(carried).isNotNull();
    assertThat(carried.spanContext().isSampled()).isFalse();
    assertThat(spans.getFinishedSpanItems()).isEmpty();
  }

  @Test
  void anAttemptFollowsItsRootWhateverTheSampler() {
    Tracing tracing = tracing(SimpleSpanProcessor.create(spans), Sampler.alwaysOn());
    TraceContext parent = TraceContext.of("00-" + TRACE + "-b7ad6b7169203331-00", null);
    Span attempt = tracing.process("tasks.mail", parent);
    assertThat(attempt.isRecording()).isFalse();
    assertThat(attempt.getSpanContext().getTraceId()).isEqualTo(TRACE);
  }

  @Test
  void whoProcessesSpansAndThrowsCostsTheSpanAlone() {
    for (boolean atStart : new boolean[] {true, false}) {
      Tracing tracing = tracing(new Throwing(atStart), Sampler.alwaysOn());
      ProducerRecord<byte[], byte[]> record = record();
      assertThatCode(
              () -> {
                JobSpans.end(tracing.send(record), null);
                tracing.create(record);
                JobSpans.end(tracing.process("tasks.mail", null), new IllegalStateException());
                tracing.settle("mail", List.of(SpanContext.getInvalid()), 1, 1);
                JobSpans.end(tracing.internal("run", null, 1), null);
              })
          .doesNotThrowAnyException();
    }
  }

  private static ProducerRecord<byte[], byte[]> record() {
    return new ProducerRecord<>("tasks.mail", new byte[0]);
  }

  private static Tracing tracing(SpanProcessor processor, Sampler sampler) {
    return new Tracing(
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder().addSpanProcessor(processor).setSampler(sampler).build())
            .build(),
        () -> TraceCounts.NONE);
  }

  private record Throwing(boolean atStart) implements SpanProcessor {
    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
      if (atStart) {
        throw new IllegalStateException("at the start");
      }
    }

    @Override
    public boolean isStartRequired() {
      return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {
      throw new IllegalStateException("at the end");
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
