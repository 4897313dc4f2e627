package io.clusterdb.tasks.telemetry;

import io.clusterdb.tasks.TraceCounts;
import io.clusterdb.tasks.TraceExporter;
import io.clusterdb.tasks.TracingConfig;
import io.clusterdb.tasks.spi.TracingProvider.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.InternalTelemetryVersion;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The SDK with a bounded queue before each exporter: what an exporter does not take in time is
 * dropped and counted, and who records never waits. Thread-safe.
 */
final class SdkTelemetry implements Telemetry {
  /** Spans that may wait, about 10 MB. */
  static final int QUEUE = 8_192;

  private static final int BATCH = 1_024;
  private static final Duration DELAY = Duration.ofSeconds(1);

  /** Beyond the exporter's own timeouts; after it the next batch has its turn. */
  private static final Duration EXPORT = Duration.ofSeconds(15);

  private static final Duration CLOSE = Duration.ofSeconds(3);

  /** Say at length, by another way, what {@link CountingExporter} says in a line. */
  private static final List<Logger> NOISE =
      List.of(
          Logger.getLogger("io.opentelemetry.exporter.otlp.internal.HttpExporter"),
          Logger.getLogger(BatchSpanProcessor.class.getName()));

  private final SdkTracerProvider tracers;
  private final OpenTelemetrySdk sdk;
  private final List<CountingExporter> exporters;
  private final DropCounts drops;

  private SdkTelemetry(
      SdkTracerProvider tracers, List<CountingExporter> exporters, DropCounts drops) {
    this.tracers = tracers;
    this.sdk = OpenTelemetrySdk.builder().setTracerProvider(tracers).build();
    this.exporters = exporters;
    this.drops = drops;
  }

  static SdkTelemetry open(TracingConfig config, Map<String, String> environment) {
    for (Logger noise : NOISE) {
      if (noise.getLevel() == null) {
        noise.setLevel(Level.OFF); // unless the application wants to hear it
      }
    }
    DropCounts drops = new DropCounts();
    List<CountingExporter> exporters = new ArrayList<>();
    SdkTracerProviderBuilder builder =
        SdkTracerProvider.builder()
            .setResource(resource(config))
            .setSampler(Sampler.parentBased(new LinkedSampler(config.samplingRate())));
    for (TraceExporter wanted : config.exporters()) {
      CountingExporter exporter = exporter(wanted, environment, drops);
      exporters.add(exporter);
      builder.addSpanProcessor(
          BatchSpanProcessor.builder(exporter)
              .setMaxQueueSize(QUEUE)
              .setMaxExportBatchSize(BATCH)
              .setScheduleDelay(DELAY)
              .setExporterTimeout(EXPORT)
              .setMeterProvider(drops.meters())
              .setInternalTelemetryVersion(InternalTelemetryVersion.LATEST)
              .build());
    }
    return new SdkTelemetry(builder.build(), List.copyOf(exporters), drops);
  }

  private static CountingExporter exporter(
      TraceExporter wanted, Map<String, String> environment, DropCounts drops) {
    return switch (wanted) {
      case TraceExporter.Otlp otlp -> {
        OtlpAddress address = OtlpAddress.of(otlp, environment);
        yield new CountingExporter(
            "the collector at " + address.url(), address.exporter(), drops, System::nanoTime);
      }
      case TraceExporter.Log log -> counting(new LogSpanExporter(), drops);
    };
  }

  private static CountingExporter counting(SpanExporter exporter, DropCounts drops) {
    return new CountingExporter("the log", exporter, drops, System::nanoTime);
  }

  private static Resource resource(TracingConfig config) {
    return Resource.getDefault()
        .merge(
            Resource.create(
                Attributes.of(
                    AttributeKey.stringKey("service.name"), config.serviceName(),
                    AttributeKey.stringKey("service.instance.id"), UUID.randomUUID().toString())));
  }

  @Override
  public OpenTelemetry openTelemetry() {
    return sdk;
  }

  @Override
  public TraceCounts counts() {
    long exported = 0;
    long failed = 0;
    for (CountingExporter exporter : exporters) {
      exported += exporter.exported();
      failed += exporter.failed();
    }
    return new TraceCounts(exported, failed, drops.count());
  }

  @Override
  public void close() {
    var unused = tracers.shutdown().join(CLOSE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
