package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Backoff;
import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.OnRetry;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RateLimit;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Tracking;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say what a queue is; each left out has the platform's default. */
final class QueueOptions {
  @Option(
      names = "--concurrency",
      paramLabel = "N",
      description = "Jobs that one worker process runs at once (default: 10).")
  private @Nullable Integer concurrency;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Partitions of its topics, which bound its worker processes (default: 8).")
  private @Nullable Integer partitions;

  @Option(
      names = "--ordering",
      paramLabel = "none|key",
      description = "Whether jobs of one key run one after the other (default: none).")
  private Ordering ordering = Ordering.NONE;

  @Option(
      names = "--on-retry",
      paramLabel = "block|overtake",
      description = "With --ordering key: what a key does while a job of it waits for a retry.")
  private OnRetry onRetry = OnRetry.BLOCK;

  @Option(
      names = "--priorities",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "high,normal,low",
      description = "Lanes to make at once; others are made when a job first uses them.")
  private List<Priority> priorities = List.of();

  @Option(
      names = "--default-type",
      paramLabel = "T",
      description = "Type of records that name none (default: the queue's name).")
  private @Nullable String defaultType;

  @Option(
      names = "--timeout",
      paramLabel = "5m",
      description = "How long an attempt may run (default: no limit).")
  private @Nullable Duration timeout;

  @Option(
      names = "--tracking",
      paramLabel = "full|outcomes|off",
      description = "What the job tracker keeps (default: full).")
  private Tracking tracking = Tracking.FULL;

  @Option(
      names = "--max-depth",
      paramLabel = "N",
      description = "Pending jobs past which an enqueue is refused (default: no limit).")
  private @Nullable Long maxDepth;

  @Option(
      names = "--retention",
      paramLabel = "7d",
      description = "How long consumed jobs are kept (default: 7d).")
  private @Nullable Duration retention;

  @Option(
      names = "--rate-limit",
      paramLabel = "N",
      description = "Jobs that may start in a second, over all workers (default: no limit).")
  private @Nullable Double rate;

  @Option(
      names = "--rate-burst",
      paramLabel = "N",
      description = "With --rate-limit: jobs that may start at once after a pause.")
  private @Nullable Integer burst;

  @Option(
      names = "--max-attempts",
      paramLabel = "N",
      description = "Attempts in all, the first included (default: 3).")
  private @Nullable Integer maxAttempts;

  @Option(
      names = "--backoff",
      paramLabel = "exponential|linear|fixed",
      description = "Shape of the waits between attempts (default: exponential).")
  private String backoff = "exponential";

  @Option(
      names = "--backoff-initial",
      paramLabel = "1s",
      description = "The first wait (default: 1s).")
  private Duration backoffInitial = Duration.ofSeconds(1);

  @Option(
      names = "--backoff-max",
      paramLabel = "60s",
      description = "The longest wait (default: 60s).")
  private Duration backoffMax = Duration.ofSeconds(60);

  @Option(
      names = "--dead-letter",
      paramLabel = "NAME",
      description = "Dead letter queue, which queues may share (default: the queue's own).")
  private @Nullable String deadLetter;

  /**
   * The queue that the options describe.
   *
   * @throws IllegalArgumentException with what was expected, if they do not fit together
   */
  Queue queue(String name) {
    Queue.Builder queue =
        Queue.named(name)
            .ordering(ordering)
            .onRetry(onRetry)
            .priorities(priorities.stream().distinct().toArray(Priority[]::new))
            .defaultType(defaultType)
            .timeout(timeout)
            .tracking(tracking)
            .maxDepth(maxDepth)
            .rateLimit(rateLimit())
            .retry(retry())
            .deadLetter(deadLetter == null ? null : DeadLetter.to(deadLetter));
    if (concurrency != null) {
      queue.concurrency(concurrency);
    }
    if (partitions != null) {
      queue.partitions(partitions);
    }
    if (retention != null) {
      queue.retention(retention);
    }
    return queue.build();
  }

  private @Nullable RateLimit rateLimit() {
    if (rate == null) {
      if (burst != null) {
        throw new IllegalArgumentException("expected --rate-limit beside --rate-burst, found none");
      }
      return null;
    }
    RateLimit limit = RateLimit.perSecond(rate);
    return burst == null ? limit : limit.burst(burst);
  }

  private RetryPolicy retry() {
    RetryPolicy policy = RetryPolicy.of(backoff());
    return maxAttempts == null ? policy : policy.maxAttempts(maxAttempts);
  }

  private Backoff backoff() {
    return switch (backoff.toLowerCase(Locale.ROOT)) {
      case "exponential" -> new Backoff.Exponential(backoffInitial, backoffMax, 2);
      case "linear" -> new Backoff.Linear(backoffInitial, backoffInitial, backoffMax);
      case "fixed" -> new Backoff.Fixed(backoffInitial);
      default ->
          throw new IllegalArgumentException(
              "expected a --backoff of exponential, linear or fixed, found \"" + backoff + "\"");
    };
  }
}
