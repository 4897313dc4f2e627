package io.clusterdb.tasks.worker.middleware;

import io.clusterdb.tasks.DeclaredMiddleware;
import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.JobContext;
import io.clusterdb.tasks.JobInfo;
import io.clusterdb.tasks.Middleware;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Logs start and outcome of attempts. */
final class LoggingMiddleware implements Middleware {
  private final DeclaredMiddleware.Logging declared;
  private final PayloadText payloads;
  private final Ticker ticker;

  LoggingMiddleware(
      DeclaredMiddleware.Logging declared, UnaryOperator<String> redact, Ticker ticker) {
    this.declared = declared;
    this.payloads = new PayloadText(redact, declared.redacted());
    this.ticker = ticker;
  }

  @Override
  public @Nullable Object handle(JobContext context, Next next) throws Exception {
    Logger logger = context.logger();
    if (!logger.isEnabledForLevel(declared.level())) {
      return next.run();
    }
    started(logger, context);
    long start = ticker.nanos();
    try {
      Object result = next.run();
      ended(logger, context, null, start);
      return result;
    } catch (Throwable error) {
      ended(logger, context, error, start);
      throw error;
    }
  }

  private void started(Logger logger, JobContext context) {
    JobInfo job = context.job();
    String payload =
        declared.includesPayload() ? "; payload: " + payloads.of(context.payload()) : "";
    logger
        .atLevel(declared.level())
        .log(
            "Job {} of type {} starts attempt {} of {} on queue {}{}",
            PayloadText.line(job.id()),
            PayloadText.line(job.type()),
            job.attempt(),
            job.maxAttempts(),
            job.queue(),
            payload);
  }

  private void ended(Logger logger, JobContext context, @Nullable Throwable error, long start) {
    JobInfo job = context.job();
    String ending = Ending.of(context, error);
    String what =
        switch (ending) {
          case Ending.SUCCEEDED -> ending;
          case Ending.ABANDONED -> "was abandoned";
          default -> "failed with " + ending + message(error);
        };
    logger
        .atLevel(declared.level())
        .log(
            "Job {} of type {} {} on attempt {} of {} after {}",
            PayloadText.line(job.id()),
            PayloadText.line(job.type()),
            what,
            job.attempt(),
            job.maxAttempts(),
            Durations.format(Duration.ofNanos(ticker.nanos() - start)));
  }

  private static String message(@Nullable Throwable error) {
    String message = error == null ? null : Ending.cause(error).getMessage();
    return message == null ? "" : " (" + PayloadText.line(message) + ")";
  }
}
