package io.clusterdb.tasks.worker.middleware;

import io.clusterdb.tasks.DeclaredMiddleware;
import io.clusterdb.tasks.JobContext;
import io.clusterdb.tasks.JobMetrics;
import io.clusterdb.tasks.Middleware;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Tells a sink how attempts end and how long they run. */
final class MetricsMiddleware implements Middleware {
  private final DeclaredMiddleware.Metrics declared;
  private final JobMetrics sink;
  private final Ticker ticker;

  MetricsMiddleware(DeclaredMiddleware.Metrics declared, JobMetrics sink, Ticker ticker) {
    this.declared = declared;
    this.sink = sink;
    this.ticker = ticker;
  }

  @Override
  public @Nullable Object handle(JobContext context, Next next) throws Exception {
    long start = ticker.nanos();
    try {
      Object result = next.run();
      ended(context, null, start);
      return result;
    } catch (Throwable error) {
      ended(context, error, start);
      throw error;
    }
  }

  private void ended(JobContext context, @Nullable Throwable error, long start) {
    Duration duration = Duration.ofNanos(ticker.nanos() - start);
    try {
      sink.attemptEnded(
          declared.prefix(), declared.labels(), context.job(), Ending.of(context, error), duration);
    } catch (RuntimeException e) {
      // Measuring must not decide about a job.
      context.logger().warn("The metrics sink failed for job {}", context.job().id(), e);
    }
  }
}
