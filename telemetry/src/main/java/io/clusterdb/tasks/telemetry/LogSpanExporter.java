package io.clusterdb.tasks.telemetry;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes each span as a line of the log. */
final class LogSpanExporter implements SpanExporter {
  private static final Logger log = LoggerFactory.getLogger("io.clusterdb.tasks.trace");

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    spans.forEach(LogSpanExporter::write);
    return CompletableResultCode.ofSuccess();
  }

  private static void write(SpanData span) {
    log.info(
        "span \"{}\" {} {} ms trace={} span={} parent={} status={} {}{}",
        line(span.getName()),
        span.getKind().name().toLowerCase(Locale.ROOT),
        (span.getEndEpochNanos() - span.getStartEpochNanos()) / 1_000_000.0,
        span.getTraceId(),
        span.getSpanId(),
        span.getParentSpanId(),
        span.getStatus().getStatusCode(),
        line(span.getAttributes().asMap().toString()),
        span.getLinks().isEmpty() ? "" : " links=" + span.getLinks().size());
  }

  /** On one line, whatever names and values hold. */
  private static String line(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) ? ' ' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Override
  public CompletableResultCode flush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    return CompletableResultCode.ofSuccess();
  }
}
