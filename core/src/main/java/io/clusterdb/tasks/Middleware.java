package io.clusterdb.tasks;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Code around every handler of a worker: it may look, wait, measure, replace the result or throw.
 * Called on the handler's virtual thread, by many at once.
 */
@FunctionalInterface
public interface Middleware {
  /**
   * Runs around one attempt.
   *
   * @return the attempt's result, usually what {@code next.run()} returned
   * @throws Exception fails the attempt, like one that the handler throws
   */
  @Nullable Object handle(JobContext context, Next next) throws Exception;

  /** The rest of the chain: inner middleware and at last the handler. */
  @FunctionalInterface
  interface Next {
    /** Runs it and returns the result; to be called at most once. */
    @Nullable Object run() throws Exception;
  }

  /** Logs start and outcome of every attempt. */
  static DeclaredMiddleware.Logging logging(Level level) {
    return new DeclaredMiddleware.Logging(level, false);
  }

  /** Measures attempts under this prefix with these labels. */
  static DeclaredMiddleware.Metrics metrics(String prefix, Map<String, String> labels) {
    return new DeclaredMiddleware.Metrics(prefix, labels);
  }

  /** Limits how long an attempt may run. */
  static DeclaredMiddleware.Timeout timeout(Duration limit) {
    return new DeclaredMiddleware.Timeout(limit);
  }

  /** Lets at most this many handlers start a second in this process, this many at once. */
  static DeclaredMiddleware.LocalRateLimit rateLimit(double perSecond, int burst) {
    return new DeclaredMiddleware.LocalRateLimit(perSecond, burst);
  }
}
