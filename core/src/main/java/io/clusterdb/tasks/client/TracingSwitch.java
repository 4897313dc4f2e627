package io.clusterdb.tasks.client;

import io.clusterdb.tasks.TraceCounts;
import io.clusterdb.tasks.TracingConfig;
import io.clusterdb.tasks.spi.TracingProvider;
import io.clusterdb.tasks.trace.Tracing;
import io.opentelemetry.api.OpenTelemetry;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How a connection traces now; read by every thread for every job. Thread-safe. */
final class TracingSwitch implements Supplier<@Nullable Tracing>, AutoCloseable {
  private volatile @Nullable Tracing current;
  private TracingProvider.@Nullable Telemetry own;
  private boolean closed;

  @Override
  public @Nullable Tracing get() {
    return current;
  }

  void on(TracingConfig config) {
    TracingProvider.Telemetry opened = TracingProvider.load().open(config);
    replace(opened, new Tracing(opened.openTelemetry(), opened::counts));
  }

  void on(OpenTelemetry openTelemetry) {
    replace(null, new Tracing(openTelemetry, () -> TraceCounts.NONE));
  }

  TraceCounts counts() {
    Tracing tracing = current;
    return tracing == null ? TraceCounts.NONE : tracing.counts();
  }

  private void replace(TracingProvider.@Nullable Telemetry opened, @Nullable Tracing tracing) {
    TracingProvider.Telemetry before;
    synchronized (this) {
      if (closed && opened != null) {
        opened.close();
        throw Lazy.closedException();
      }
      before = own;
      own = opened;
      current = tracing;
    }
    if (before != null) {
      before.close();
    }
  }

  @Override
  public void close() {
    replace(null, null);
    synchronized (this) {
      closed = true;
    }
  }
}
