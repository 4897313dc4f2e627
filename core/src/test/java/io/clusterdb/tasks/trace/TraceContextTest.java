package io.clusterdb.tasks.trace;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.opentelemetry.api.trace.SpanContext;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";
  private static final String SAMPLED = "00-" + TRACE + "-" + SPAN + "-01";
  private static final String NOT_SAMPLED = "00-" + TRACE + "-" + SPAN + "-00";

  @Test
  void readsWhatItWrites() {
    for (String parent : new String[] {SAMPLED, NOT_SAMPLED, "00-" + TRACE + "-" + SPAN + "-02"}) {
      TraceContext read = of(parent, null);
      assertThat(read).isNotNull();
      assertThat(read.traceId()).isEqualTo(TRACE);
      SpanContext span = read.spanContext();
      assertThat(span.getSpanId()).isEqualTo(SPAN);
      assertThat(span.isRemote()).isTrue();
      assertThat(span.isSampled()).isEqualTo(parent.equals(SAMPLED));
      assertThat(TraceContext.of(span)).isEqualTo(read);
    }
  }

  @Test
  void keepsTheState() {
    TraceContext read = of(SAMPLED, "a=1,b=2");
    assertThat(read).isNotNull();
    assertThat(TraceContext.of(read.spanContext())).isEqualTo(read);
  }

  @Test
  void readsWhatLaterVersionsWrite() {
    TraceContext read = of("cc-" + TRACE + "-" + SPAN + "-01-more", null);
    assertThat(read).isNotNull();
    assertThat(read.spanContext().isSampled()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-zz",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"
      })
  void takesWhatIsNoContextForNone(String parent) {
    assertThat(of(parent, null)).isNull();
  }

  @Test
  void isNotImpressedByLength() {
    assertThat(of("0".repeat(1_000_000), null)).isNull();
    TraceContext read = of(SAMPLED, "a=" + "x".repeat(1_000_000));
    assertThat(read).isNotNull();
    assertThat(read.state()).isNull();
  }

  @Test
  void replacesWhatARecordHad() {
    RecordHeaders headers = new RecordHeaders();
    headers.add(JobHeaders.TRACEPARENT, HeaderText.bytes(NOT_SAMPLED));
    headers.add(JobHeaders.TRACESTATE, HeaderText.bytes("a=1"));
    TraceContext other = requireNonNull(TraceContext.of(SAMPLED, null));
    other.put(headers);
    assertThat(TraceContext.of(headers)).isEqualTo(other);
    assertThat(headers).hasSize(1);
  }

  private static @Nullable TraceContext of(String parent, @Nullable String state) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(JobHeaders.TRACEPARENT, HeaderText.bytes(parent));
    if (state != null) {
      headers.add(JobHeaders.TRACESTATE, HeaderText.bytes(state));
    }
    return TraceContext.of(headers);
  }
}
