package io.clusterdb.tasks.worker.middleware;

import io.clusterdb.tasks.DeclaredMiddleware;
import io.clusterdb.tasks.JobContext;
import io.clusterdb.tasks.Middleware;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Middleware ready to run around handlers, outermost first. Immutable and thread-safe. Without
 * middleware it adds nothing to a call; otherwise one small object a link.
 */
public final class MiddlewareChain {
  private final Middleware[] links;
  private final Optional<Duration> timeout;

  MiddlewareChain(List<Middleware> links, Optional<Duration> timeout) {
    this.links = links.toArray(Middleware[]::new);
    this.timeout = timeout;
  }

  /** Runs a handler inside this middleware. */
  public @Nullable Object run(JobContext context, Middleware.Next handler) throws Exception {
    return from(0, context, handler);
  }

  private @Nullable Object from(int link, JobContext context, Middleware.Next handler)
      throws Exception {
    return link == links.length
        ? handler.run()
        : links[link].handle(context, () -> from(link + 1, context, handler));
  }

  /**
   * The shortest time that this middleware limits an attempt to; the worker's own timeout does it.
   */
  public Optional<Duration> timeout() {
    return timeout;
  }

  /** The shortest time that any of these limits an attempt to. */
  public static Optional<Duration> timeoutOf(List<? extends Middleware> middleware) {
    return middleware.stream()
        .filter(DeclaredMiddleware.Timeout.class::isInstance)
        .map(each -> ((DeclaredMiddleware.Timeout) each).limit())
        .min(Comparator.naturalOrder());
  }
}
