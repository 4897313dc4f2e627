package io.clusterdb.tasks;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Where the spans of traces are sent. Immutable and thread-safe. */
public sealed interface TraceExporter {
  /**
   * Sends to a collector, with OTLP over HTTP in protobuf. Its address and headers are those of
   * {@code OTEL_EXPORTER_OTLP_TRACES_ENDPOINT}, {@code OTEL_EXPORTER_OTLP_ENDPOINT} and {@code
   * OTEL_EXPORTER_OTLP_HEADERS}, else {@code http://localhost:4318}.
   */
  static Otlp otlp() {
    return new Otlp(null, Map.of());
  }

  /**
   * Sends to this collector, with OTLP over HTTP in protobuf.
   *
   * @param endpoint its address, such as {@code http://collector:4318}; {@code /v1/traces} is added
   *     where it has no path
   * @throws IllegalArgumentException if that is no address of HTTP or HTTPS
   */
  static Otlp otlp(String endpoint) {
    return new Otlp(Otlp.uri(endpoint), Map.of());
  }

  /** Writes each span as a line of the log {@code io.clusterdb.tasks.trace}, at INFO. */
  static Log log() {
    return new Log();
  }

  /**
   * To a collector, with OTLP.
   *
   * @param endpoint its address; null for what the environment says
   * @param headers sent with each request, such as an API key
   */
  record Otlp(@Nullable URI endpoint, Map<String, String> headers) implements TraceExporter {
    /** Copies the headers. */
    public Otlp {
      headers = Map.copyOf(headers);
    }

    /** With a header more. */
    public Otlp header(String name, String value) {
      Map<String, String> more = new LinkedHashMap<>(headers);
      more.put(name, value);
      return new Otlp(endpoint, more);
    }

    static URI uri(String text) {
      URI uri;
      try {
        uri = URI.create(text);
      } catch (IllegalArgumentException e) {
        uri = URI.create("");
      }
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      Checks.that(http && uri.getHost() != null, "an address such as http://collector:4318", text);
      return uri;
    }

    /** Without the headers' values, some of which are secrets. */
    @Override
    public String toString() {
      return "Otlp[endpoint=%s, headers=%s]".formatted(endpoint, new TreeSet<>(headers.keySet()));
    }
  }

  /** To the log. */
  record Log() implements TraceExporter {}
}
