package io.clusterdb.tasks.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The registry of a process of the platform: with what the JVM tells of itself. */
public final class ServiceRegistry implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();

  /** Creates it. */
  public ServiceRegistry() {
    new JvmMemoryMetrics().bindTo(registry);
    collections.bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  /** The registry. */
  public PrometheusMeterRegistry registry() {
    return registry;
  }

  /** What serves {@code /metrics}, if a registry of Prometheus is, or is part of, this one. */
  public static List<HttpResource> resources(@Nullable MeterRegistry registry) {
    return switch (registry) {
      case PrometheusMeterRegistry prometheus -> List.of(new MetricsResource(prometheus));
      case CompositeMeterRegistry all ->
          all.getRegistries().stream()
              .filter(PrometheusMeterRegistry.class::isInstance)
              .limit(1)
              .flatMap(each -> resources(each).stream())
              .toList();
      case null, default -> List.of();
    };
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
