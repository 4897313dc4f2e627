package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Backoff;
import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RateLimit;
import io.clusterdb.tasks.RetryPolicy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A queue's definition as scripts and the API see it; durations as the configuration does. */
public record QueueShape(
    String name,
    int concurrency,
    int partitions,
    String ordering,
    String onRetry,
    List<String> priorities,
    @Nullable String defaultType,
    @Nullable String timeout,
    String tracking,
    @Nullable Long maxDepth,
    String retention,
    @Nullable RateLimit rateLimit,
    RetryShape retry,
    String deadLetterQueue,
    int deadLetterAfterAttempts) {

  /** A retry policy; which durations there are depends on the kind of backoff. */
  public record RetryShape(
      int maxAttempts,
      String backoff,
      String initial,
      @Nullable String step,
      @Nullable String max,
      @Nullable Double multiplier,
      double jitter,
      List<String> onErrors,
      List<String> neverOn) {}

  /** The shape of a queue. */
  public static QueueShape of(Queue queue) {
    return new QueueShape(
        queue.name(),
        queue.concurrency(),
        queue.partitions(),
        lower(queue.ordering()),
        lower(queue.onRetry()),
        lanes(queue),
        queue.defaultType(),
        text(queue.timeout()),
        lower(queue.tracking()),
        queue.maxDepth(),
        Durations.format(queue.retention()),
        queue.rateLimit(),
        retry(queue.retry()),
        deadLetters(queue),
        queue.attemptsOf(queue.retry()));
  }

  private static RetryShape retry(RetryPolicy policy) {
    return switch (policy.backoff()) {
      case Backoff.Exponential e ->
          retry(policy, "exponential", e.initial(), null, e.max(), e.multiplier());
      case Backoff.Linear l -> retry(policy, "linear", l.initial(), l.step(), l.max(), null);
      case Backoff.Fixed f -> retry(policy, "fixed", f.delay(), null, null, null);
    };
  }

  private static RetryShape retry(
      RetryPolicy policy,
      String backoff,
      Duration initial,
      @Nullable Duration step,
      @Nullable Duration max,
      @Nullable Double multiplier) {
    return new RetryShape(
        policy.maxAttempts(),
        backoff,
        Durations.format(initial),
        text(step),
        text(max),
        multiplier,
        policy.jitter(),
        policy.onErrors(),
        policy.neverOn());
  }

  private static List<String> lanes(Queue queue) {
    return Arrays.stream(Priority.values())
        .filter(queue.priorities()::contains)
        .map(Priority::lane)
        .toList();
  }

  private static String deadLetters(Queue queue) {
    @Nullable DeadLetter target = queue.deadLetter();
    return target == null || target.queue() == null ? queue.name() + ".dlq" : target.queue();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable String text(@Nullable Duration duration) {
    return duration == null ? null : Durations.format(duration);
  }
}
