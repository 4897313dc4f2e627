package io.clusterdb.tasks;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.event.Level;

/**
 * Middleware that is plain data, so that it can stand in a queue's definition and in YAML; the
 * worker knows how to run it.
 */
public sealed interface DeclaredMiddleware extends Middleware {
  /**
   * Logs start and outcome of every attempt at {@code level}, with the payload on request.
   *
   * @param includesPayload whether the payload is logged, shortened
   * @param redacted what of a payload is never logged, as paths such as {@code card.number}
   */
  record Logging(Level level, boolean includesPayload, List<String> redacted)
      implements DeclaredMiddleware {
    /** Checks the paths. */
    public Logging {
      redacted = List.copyOf(redacted);
      redacted.forEach(
          path ->
              Checks.that(
                  !path.isBlank() && !(path + ".").contains("..") && !path.startsWith("."),
                  "a path such as card.number",
                  "\"" + path + "\""));
    }

    /** Logging without payloads. */
    public Logging(Level level, boolean includesPayload) {
      this(level, includesPayload, List.of());
    }

    /** With the payload, shortened and after the worker's redaction. */
    public Logging includePayload() {
      return new Logging(level, true, redacted);
    }

    /**
     * With {@code ***} in place of what these paths lead to: names of fields, separated by dots,
     * with {@code *} for any; of a list, each element is looked into. A payload that is no JSON is
     * not logged then.
     */
    public Logging redact(String... paths) {
      return new Logging(level, includesPayload, List.of(paths));
    }
  }

  /** Measures attempts under {@code prefix} with these labels. */
  record Metrics(String prefix, Map<String, String> labels) implements DeclaredMiddleware {
    /** Copies the labels. */
    public Metrics {
      Checks.text("a metrics prefix", prefix, 100);
      labels = Map.copyOf(labels);
    }
  }

  /** Limits how long an attempt may run, below what the job's own timeout allows. */
  record Timeout(Duration limit) implements DeclaredMiddleware {
    /** Checks the value. */
    public Timeout {
      Checks.positive("timeout", limit);
    }
  }

  /** Limits how many handlers this worker process starts. */
  record LocalRateLimit(double perSecond, int burst) implements DeclaredMiddleware {
    /** Checks the values. */
    public LocalRateLimit {
      Checks.that(perSecond > 0 && Double.isFinite(perSecond), "a rate above 0", perSecond);
      Checks.that(burst >= 1, "a burst of 1 or more", burst);
    }
  }

  @Override
  default @org.jspecify.annotations.Nullable Object handle(JobContext context, Next next)
      throws Exception {
    // The worker replaces declared middleware by its own implementation before it runs anything.
    throw new IllegalStateException(this + " runs in a worker only");
  }
}
