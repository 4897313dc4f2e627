package io.clusterdb.tasks.telemetry;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.TraceExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a collector is, as the configuration and OpenTelemetry's own variables of the environment
 * say.
 *
 * @param url with the path of traces
 * @param headers of each request
 * @param compression none, which costs no time of the jobs', or gzip
 */
record OtlpAddress(String url, Map<String, String> headers, String compression) {
  private static final String DEFAULT = "http://localhost:4318";
  private static final String PATH = "/v1/traces";
  private static final String NONE = "none";
  private static final String GZIP = "gzip";
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CONNECT = Duration.ofSeconds(2);

  static OtlpAddress of(TraceExporter.Otlp wanted, Map<String, String> environment) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.putAll(headers(environment.get("OTEL_EXPORTER_OTLP_HEADERS")));
    headers.putAll(headers(environment.get("OTEL_EXPORTER_OTLP_TRACES_HEADERS")));
    headers.putAll(wanted.headers());
    return new OtlpAddress(
        url(wanted.endpoint(), environment), Map.copyOf(headers), compression(environment));
  }

  private static String compression(Map<String, String> environment) {
    String all = environment.getOrDefault("OTEL_EXPORTER_OTLP_COMPRESSION", NONE);
    return environment.getOrDefault("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", all).equals(GZIP)
        ? GZIP
        : NONE;
  }

  private static String url(@Nullable URI endpoint, Map<String, String> environment) {
    if (endpoint != null) {
      String path = endpoint.getRawPath();
      return path == null || path.isEmpty() || path.equals("/")
          ? below(endpoint.toString())
          : endpoint.toString();
    }
    String traces = environment.getOrDefault("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "");
    if (!traces.isEmpty()) {
      return traces; // As it is, by OpenTelemetry's specification.
    }
    String all = environment.getOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT", "");
    return below(all.isEmpty() ? DEFAULT : all);
  }

  private static String below(String base) {
    return (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + PATH;
  }

  /** {@code name=value,name=value}, percent-encoded. */
  private static Map<String, String> headers(@Nullable String text) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String each : text == null ? new String[0] : text.split(",", -1)) {
      int equals = each.indexOf('=');
      if (equals > 0) {
        headers.put(
            each.substring(0, equals).strip(),
            URLDecoder.decode(
                each.substring(equals + 1).strip().replace("+", "%2B"), StandardCharsets.UTF_8));
      }
    }
    return headers;
  }

  OtlpHttpSpanExporter exporter() {
    try {
      OtlpHttpSpanExporterBuilder builder =
          OtlpHttpSpanExporter.builder()
              .setEndpoint(url)
              .setTimeout(TIMEOUT)
              .setConnectTimeout(CONNECT)
              .setCompression(compression);
      headers.forEach(builder::addHeader);
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new TasksException(
          ErrorCode.INVALID_CONFIG,
          "expected the address of an OTLP collector such as http://collector:4318, found %s (%s). Correct telemetry.endpoint or OTEL_EXPORTER_OTLP_ENDPOINT."
              .formatted(url, e.getMessage()),
          e);
    }
  }

  /** Without the headers' values, some of which are secrets. */
  @Override
  public String toString() {
    return "OtlpAddress[" + url + "]";
  }
}
