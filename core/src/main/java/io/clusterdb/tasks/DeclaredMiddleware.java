package io.clusterdb.tasks;

import java.time.Duration;
import java.util.Map;
import org.slf4j.event.Level;

/**
 * Middleware that is plain data, so that it can stand in a queue's definition and in YAML; the
 * worker knows how to run it.
 */
public sealed interface DeclaredMiddleware extends Middleware {
  /** Logs start and outcome of every attempt at {@code level}, with the payload on request. */
  record Logging(Level level, boolean includesPayload) implements DeclaredMiddleware {
    /** With the payload, shortened and after the worker's redaction. */
    public Logging includePayload() {
      return new Logging(level, true);
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
