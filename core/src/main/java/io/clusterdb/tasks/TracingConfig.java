package io.clusterdb.tasks;

import java.util.List;

/**
 * How a process traces its work with OpenTelemetry. Immutable; each method that takes a value
 * returns a changed copy. An application that has an OpenTelemetry of its own hands that to {@link
 * Tasks#configureTelemetry(io.opentelemetry.api.OpenTelemetry)} instead.
 *
 * @param serviceName the attribute {@code service.name} of every span
 * @param samplingRate part of the traces that begin here and are recorded, from 0 to 1; what began
 *     elsewhere is recorded as it was decided there, so that a trace is whole or not at all
 * @param exporters where spans are sent
 */
public record TracingConfig(
    String serviceName, double samplingRate, List<TraceExporter> exporters) {
  /** Name of the service unless said otherwise. */
  public static final String DEFAULT_SERVICE = "tasks";

  /** Checks the values. */
  public TracingConfig {
    Checks.text("a service's name", serviceName, 255);
    Checks.that(
        samplingRate >= 0 && samplingRate <= 1, "a sampling rate from 0 to 1", samplingRate);
    exporters = List.copyOf(exporters);
  }

  /** Every trace of this service, to {@link TraceExporter#otlp()}. */
  public static TracingConfig service(String name) {
    return new TracingConfig(name, 1, List.of(TraceExporter.otlp()));
  }

  /** With this name of the service. */
  public TracingConfig serviceName(String name) {
    return new TracingConfig(name, samplingRate, exporters);
  }

  /** With this part of the traces that begin here, from 0 to 1; 1 by default. */
  public TracingConfig samplingRate(double part) {
    return new TracingConfig(serviceName, part, exporters);
  }

  /** With these exporters instead of {@link TraceExporter#otlp()}. */
  public TracingConfig exporters(TraceExporter... values) {
    return new TracingConfig(serviceName, samplingRate, List.of(values));
  }
}
