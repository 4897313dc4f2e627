package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.trace.Tracing;
import io.clusterdb.tasks.worker.run.Attempt;
import io.clusterdb.tasks.worker.run.AttemptSpan;
import io.opentelemetry.api.trace.SpanContext;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Spans of settlements: each has links to the attempts that it was about and that are recorded; one
 * about none that is has no span. Owner thread only.
 */
final class SettleSpans {
  /** As many as a span keeps by default. */
  private static final int LINKS = 128;

  private final String queue;
  private final Supplier<@Nullable Tracing> tracing;
  private final InstantSource clock;

  SettleSpans(String queue, Supplier<@Nullable Tracing> tracing, InstantSource clock) {
    this.queue = queue;
    this.tracing = tracing;
    this.clock = clock;
  }

  /** When a settlement began, in milliseconds since 1970; 0 where nothing is traced. */
  long begin() {
    return tracing.get() == null ? 0 : clock.millis();
  }

  /** These attempts are settled. */
  void end(List<Attempt> settled, long startedAt) {
    Tracing traced = startedAt == 0 || settled.isEmpty() ? null : tracing.get();
    if (traced == null) {
      return;
    }
    List<SpanContext> links = new ArrayList<>();
    for (Attempt attempt : settled) {
      AttemptSpan span = attempt.span();
      if (span != null && span.spanContext().isSampled() && links.size() < LINKS) {
        links.add(span.spanContext());
      }
    }
    if (!links.isEmpty()) {
      traced.settle(queue, links, settled.size(), startedAt);
    }
  }
}
