package io.clusterdb.tasks.worker.middleware;

import io.clusterdb.tasks.DeclaredMiddleware;
import io.clusterdb.tasks.Middleware;
import io.clusterdb.tasks.Queue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Makes the chains of a processor: a queue's middleware outside, the processor's own inside. The
 * processor's own is one for all its queues, so that a rate limit there limits them together.
 * Thread-safe.
 */
public final class MiddlewareChains {
  private record Built(List<DeclaredMiddleware> declared, MiddlewareChain chain) {}

  private final MiddlewareSupport support;
  private final List<Middleware> own;
  private final List<Middleware> ownLinks;
  private final Map<String, Built> built = new ConcurrentHashMap<>();

  /**
   * Creates chains.
   *
   * @param own the processor's own middleware, outermost first
   * @param support what declared middleware works with
   */
  public MiddlewareChains(List<Middleware> own, MiddlewareSupport support) {
    this.support = support;
    this.own = List.copyOf(own);
    this.ownLinks = links(this.own);
  }

  /** The chain of a queue; the same one as long as its definition asks for the same middleware. */
  public MiddlewareChain of(Queue queue) {
    return built
        .compute(
            queue.name(),
            (name, last) ->
                last != null && last.declared().equals(queue.middleware())
                    ? last
                    : new Built(queue.middleware(), build(queue.middleware())))
        .chain();
  }

  private MiddlewareChain build(List<DeclaredMiddleware> declared) {
    List<Middleware> links = new ArrayList<>(links(declared));
    links.addAll(ownLinks);
    Optional<Duration> timeout =
        MiddlewareChain.timeoutOf(Stream.concat(declared.stream(), own.stream()).toList());
    return new MiddlewareChain(links, timeout);
  }

  private List<Middleware> links(List<? extends Middleware> middleware) {
    return middleware.stream().flatMap(this::link).toList();
  }

  private Stream<Middleware> link(Middleware middleware) {
    return middleware instanceof DeclaredMiddleware declared
        ? implement(declared)
        : Stream.of(middleware);
  }

  private Stream<Middleware> implement(DeclaredMiddleware declared) {
    return switch (declared) {
      case DeclaredMiddleware.Logging logging ->
          Stream.of(new LoggingMiddleware(logging, support.redact(), support.ticker()));
      case DeclaredMiddleware.Metrics metrics ->
          Stream.of(new MetricsMiddleware(metrics, support.metrics(), support.ticker()));
      case DeclaredMiddleware.LocalRateLimit limit ->
          Stream.of(new RateLimitMiddleware(limit, support.ticker()));
      // The worker's timeout does it: only that can drop what a handler returns too late.
      case DeclaredMiddleware.Timeout timeout -> Stream.empty();
    };
  }
}
