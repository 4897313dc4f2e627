package io.clusterdb.tasks.config;

import io.clusterdb.tasks.TraceExporter;
import io.clusterdb.tasks.TracingConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads how traces are recorded and where they are sent. */
final class TelemetryReader {
  private static final List<String> EXPORTERS = List.of("otlp", "log");

  private TracingConfig config = TracingConfig.service(TracingConfig.DEFAULT_SERVICE);
  private TraceExporter.Otlp otlp = TraceExporter.otlp();

  private TelemetryReader() {}

  static TracingConfig read(Cursor cursor) {
    return new TelemetryReader().read(cursor.map(Keys.TELEMETRY));
  }

  private TracingConfig read(MapReader map) {
    map.with("service_name", Cursor::text, name -> set(c -> c.serviceName(name)));
    map.with("sampling_rate", MonitoringReader::part, part -> set(c -> c.samplingRate(part)));
    map.with("endpoint", Cursor::text, this::endpoint);
    map.with("headers", Cursor::textMap, this::headers);
    TraceExporter[] exporters = map.read("exporters", this::exporters);
    return config.exporters(exporters == null ? new TraceExporter[] {otlp} : exporters);
  }

  private void set(UnaryOperator<TracingConfig> change) {
    config = change.apply(config);
  }

  private void endpoint(String address) {
    otlp = new TraceExporter.Otlp(TraceExporter.otlp(address).endpoint(), otlp.headers());
  }

  private void headers(Map<String, String> all) {
    otlp = new TraceExporter.Otlp(otlp.endpoint(), all);
  }

  private TraceExporter @Nullable [] exporters(Cursor cursor) {
    List<TraceExporter> found = new ArrayList<>();
    for (String name : cursor.texts()) {
      switch (name) {
        case "otlp" -> found.add(otlp);
        case "log" -> found.add(TraceExporter.log());
        default ->
            cursor.problem(
                "expected otlp or log, found \"%s\"%s"
                    .formatted(name, Suggestions.hint(name, EXPORTERS)));
      }
    }
    return found.toArray(TraceExporter[]::new);
  }
}
