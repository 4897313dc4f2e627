package io.clusterdb.tasks.config;

import io.clusterdb.tasks.DeclaredMiddleware;
import io.clusterdb.tasks.Middleware;
import io.clusterdb.tasks.RateLimit;
import io.clusterdb.tasks.config.YamlNode.Scalar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** Reads a queue's middleware: a list of mappings with one key each, or of bare names. */
final class MiddlewareReader {
  private static final String PREFIX = "jobs";

  private final List<DeclaredMiddleware> all = new ArrayList<>();

  private MiddlewareReader() {}

  static List<DeclaredMiddleware> read(Cursor cursor) {
    MiddlewareReader reader = new MiddlewareReader();
    for (Cursor item : cursor.items()) {
      if (item.node() instanceof Scalar) {
        reader.bare(item);
      } else {
        reader.keyed(item);
      }
    }
    return reader.all;
  }

  private void bare(Cursor item) {
    String kind = item.choice(Keys.MIDDLEWARE.names());
    if (kind != null) {
      switch (kind) {
        case "logging" -> all.add(Middleware.logging(Level.INFO));
        case "metrics" -> all.add(Middleware.metrics(PREFIX, Map.of()));
        default -> item.problem("expected a value for " + kind + ", found none");
      }
    }
  }

  private void keyed(Cursor item) {
    Map<String, Cursor> entries = item.map(Keys.MIDDLEWARE).all();
    if (entries.size() > 1) {
      item.problem("expected one middleware an item, found " + String.join(", ", entries.keySet()));
    }
    entries.forEach(
        (kind, value) ->
            value.check(
                () -> {
                  DeclaredMiddleware middleware = one(kind, value);
                  if (middleware != null) {
                    all.add(middleware);
                  }
                }));
  }

  private static @Nullable DeclaredMiddleware one(String kind, Cursor value) {
    return switch (kind) {
      case "logging" -> logging(value.map(Keys.LOGGING));
      case "metrics" -> metrics(value.map(Keys.METRICS));
      case "timeout" -> {
        Duration limit = value.duration();
        yield limit == null ? null : Middleware.timeout(limit);
      }
      case "rate_limit" -> {
        RateLimit limit = RateLimitReader.read(value);
        yield limit == null ? null : Middleware.rateLimit(limit.perSecond(), limit.burst());
      }
      default -> null; // an unknown one, which has been reported
    };
  }

  private static DeclaredMiddleware logging(MapReader map) {
    Level level = map.read("level", at -> at.constant(Level.class));
    Boolean payload = map.read("include_payload", Cursor::flag);
    List<String> redacted = map.read("redact", Cursor::texts);
    return new DeclaredMiddleware.Logging(
        Objects.requireNonNullElse(level, Level.INFO),
        payload != null && payload,
        redacted == null ? List.of() : redacted);
  }

  private static DeclaredMiddleware metrics(MapReader map) {
    String prefix = map.read("prefix", Cursor::text);
    Map<String, String> labels = map.read("labels", Cursor::textMap);
    return Middleware.metrics(prefix == null ? PREFIX : prefix, labels == null ? Map.of() : labels);
  }
}
