package io.clusterdb.tasks.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Answers {@code /metrics} in Prometheus's text format. Names of queues and types are in it, so who
 * asks shows a token where one is set; that for reading suffices.
 */
public final class MetricsResource implements HttpResource {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry;

  /** Shows what this registry has. */
  public MetricsResource(PrometheusMeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get(
            "/metrics",
            call ->
                Answer.bytes(200, TEXT, registry.scrape(TEXT).getBytes(StandardCharsets.UTF_8))));
  }
}
