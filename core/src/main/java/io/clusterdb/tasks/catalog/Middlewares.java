package io.clusterdb.tasks.catalog;

import io.clusterdb.tasks.DeclaredMiddleware;
import io.clusterdb.tasks.DeclaredMiddleware.LocalRateLimit;
import io.clusterdb.tasks.DeclaredMiddleware.Logging;
import io.clusterdb.tasks.DeclaredMiddleware.Metrics;
import io.clusterdb.tasks.DeclaredMiddleware.Timeout;
import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.schemas.avro.MiddlewareDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.event.Level;

/** Declared middleware as the catalog holds it, and back. Pure. */
final class Middlewares {
  private static final String LEVEL = "level";
  private static final String INCLUDE_PAYLOAD = "include_payload";
  private static final String REDACT = "redact.";
  private static final String PREFIX = "prefix";
  private static final String LABEL = "label.";
  private static final String LIMIT = "limit";
  private static final String PER_SECOND = "requests_per_second";
  private static final String BURST = "burst_size";

  private Middlewares() {}

  static MiddlewareDefinition write(DeclaredMiddleware middleware) {
    return switch (middleware) {
      case Logging m -> {
        Map<String, String> options = new HashMap<>();
        options.put(LEVEL, m.level().name().toLowerCase(Locale.ROOT));
        options.put(INCLUDE_PAYLOAD, Boolean.toString(m.includesPayload()));
        for (int i = 0; i < m.redacted().size(); i++) {
          options.put(REDACT + i, m.redacted().get(i));
        }
        yield definition("logging", options);
      }
      case Metrics m -> {
        Map<String, String> options = new HashMap<>(Map.of(PREFIX, m.prefix()));
        m.labels().forEach((name, value) -> options.put(LABEL + name, value));
        yield definition("metrics", options);
      }
      case Timeout m -> definition("timeout", Map.of(LIMIT, Durations.format(m.limit())));
      case LocalRateLimit m ->
          definition(
              "rate_limit",
              Map.of(
                  PER_SECOND, Double.toString(m.perSecond()), BURST, Integer.toString(m.burst())));
    };
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it is of a kind, or has options, that this version does not
   *     know
   */
  static DeclaredMiddleware read(MiddlewareDefinition definition) {
    Map<String, String> options = definition.getOptions();
    return switch (definition.getKind()) {
      case "logging" ->
          new Logging(
              Level.valueOf(option(options, LEVEL).toUpperCase(Locale.ROOT)),
              Boolean.parseBoolean(options.get(INCLUDE_PAYLOAD)),
              redacted(options));
      case "metrics" -> new Metrics(option(options, PREFIX), labels(options));
      case "timeout" -> new Timeout(Durations.parse(option(options, LIMIT)));
      case "rate_limit" ->
          new LocalRateLimit(
              Double.parseDouble(option(options, PER_SECOND)),
              Integer.parseInt(option(options, BURST)));
      default ->
          throw new IllegalArgumentException(
              "expected middleware of logging, metrics, timeout or rate_limit, found "
                  + definition.getKind());
    };
  }

  private static List<String> redacted(Map<String, String> options) {
    List<String> paths = new ArrayList<>();
    for (String path = options.get(REDACT + 0);
        path != null;
        path = options.get(REDACT + paths.size())) {
      paths.add(path);
    }
    return paths;
  }

  private static MiddlewareDefinition definition(String kind, Map<String, String> options) {
    return MiddlewareDefinition.newBuilder().setKind(kind).setOptions(options).build();
  }

  private static Map<String, String> labels(Map<String, String> options) {
    Map<String, String> labels = new HashMap<>();
    options.forEach(
        (name, value) -> {
          if (name.startsWith(LABEL)) {
            labels.put(name.substring(LABEL.length()), value);
          }
        });
    return labels;
  }

  private static String option(Map<String, String> options, String name) {
    String value = options.get(name);
    if (value == null) {
      throw new IllegalArgumentException("expected the option " + name + ", found " + options);
    }
    return value;
  }
}
