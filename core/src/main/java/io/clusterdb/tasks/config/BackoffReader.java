package io.clusterdb.tasks.config;

import io.clusterdb.tasks.Backoff;
import io.clusterdb.tasks.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the shape of the waits between attempts. */
final class BackoffReader {
  private static final Duration INITIAL = Duration.ofSeconds(1);
  private static final Duration MAX = Duration.ofSeconds(60);
  private static final Duration STEP = Duration.ofSeconds(1);
  private static final double MULTIPLIER = 2;

  private final MapReader map;

  private BackoffReader(MapReader map) {
    this.map = map;
  }

  static Backoff read(MapReader map) {
    return new BackoffReader(map).read();
  }

  private Backoff read() {
    List<String> types = List.of("exponential", "linear", "fixed");
    String type = map.read("type", cursor -> cursor.choice(types));
    if (type == null && map.has("type")) {
      return new Backoff.Exponential(INITIAL, MAX, MULTIPLIER); // the wrong type has been reported
    }
    Duration initial = or(map.read("initial", Cursor::duration), INITIAL);
    return switch (Objects.requireNonNullElse(type, "exponential")) {
      case "linear" -> {
        refuse("linear", "multiplier");
        Duration step = or(map.read("step", Cursor::duration), STEP);
        Duration max = map.read("max", Cursor::duration);
        checkCap(initial, max);
        yield new Backoff.Linear(initial, step, max);
      }
      case "fixed" -> {
        refuse("fixed", "max", "multiplier", "step");
        yield new Backoff.Fixed(initial);
      }
      default -> {
        refuse("exponential", "step");
        yield exponential(initial);
      }
    };
  }

  private Backoff exponential(Duration initial) {
    Duration max = or(map.read("max", Cursor::duration), MAX);
    checkCap(initial, max);
    Backoff[] found = {new Backoff.Exponential(initial, max, MULTIPLIER)};
    map.with(
        "multiplier",
        Cursor::number,
        multiplier -> found[0] = new Backoff.Exponential(initial, max, multiplier));
    return found[0];
  }

  /** A cap below the first wait would silently shorten it. */
  private void checkCap(Duration initial, @Nullable Duration max) {
    if (max != null && initial.compareTo(max) > 0) {
      String expected = "expected initial to be at most max (" + Durations.format(max);
      map.problem(
          map.has("max") ? "max" : "initial",
          expected
              + (map.has("max") ? "" : " by default")
              + "), found "
              + Durations.format(initial));
    }
  }

  private void refuse(String type, String... keys) {
    for (String key : keys) {
      if (map.has(key)) {
        map.problem(key, "expected no " + key + " with a backoff of type " + type + ", found one");
      }
    }
  }

  private static Duration or(@Nullable Duration value, Duration otherwise) {
    return value == null ? otherwise : value;
  }
}
