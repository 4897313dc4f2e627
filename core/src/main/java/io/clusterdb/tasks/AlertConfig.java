package io.clusterdb.tasks;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * When the orchestrator raises an alert on a queue, and whom it tells beside its log and the topic
 * of alerts. Immutable; each method that takes a value returns a changed copy.
 *
 * @param limits of every queue, where it has none of its own
 * @param after how long a limit is passed before the alert fires; 1 minute by default, at most a
 *     day
 * @param resolveAfter how long it is kept again before the alert is over; 2 minutes by default, at
 *     most a day
 * @param webhook address that gets a POST when an alert fires and when it is over; null for none.
 *     Whoever may read the catalog can read it
 * @param queues limits of single queues by name; what they do not say is as in {@code limits}
 */
public record AlertConfig(
    AlertLimits limits,
    Duration after,
    Duration resolveAfter,
    @Nullable URI webhook,
    Map<String, AlertLimits> queues) {
  /** Jobs of a queue that are too many, where nothing else is said. */
  public static final long DEFAULT_QUEUE_THRESHOLD = 1_000;

  /** Part of the attempts whose failure is too much, where nothing else is said. */
  public static final double DEFAULT_ERROR_THRESHOLD = 0.01;

  /** Age of the oldest job that is too high, where nothing else is said. */
  public static final Duration DEFAULT_AGE_THRESHOLD = Duration.ofMinutes(15);

  /** How long a limit is passed before an alert fires, unless said otherwise. */
  public static final Duration DEFAULT_AFTER = Duration.ofMinutes(1);

  /** How long a limit is kept before an alert is over, unless said otherwise. */
  public static final Duration DEFAULT_RESOLVE_AFTER = Duration.ofMinutes(2);

  private static final Duration LONGEST = Duration.ofDays(1);
  private static final AlertConfig NONE =
      new AlertConfig(AlertLimits.NONE, DEFAULT_AFTER, DEFAULT_RESOLVE_AFTER, null, Map.of());

  /** Checks the values. */
  public AlertConfig {
    time("after", after);
    time("resolve_after", resolveAfter);
    if (webhook != null) {
      Checks.that(isHttp(webhook), "a webhook such as https://host/path", shown(webhook));
    }
    queues = Map.copyOf(queues);
  }

  /** No limits: to begin from where {@link #queueThreshold(long)} is not wanted. */
  public static AlertConfig none() {
    return NONE;
  }

  /** Every rule, with what the alert rules for Prometheus have too. */
  public static AlertConfig defaults() {
    return queueThreshold(DEFAULT_QUEUE_THRESHOLD)
        .errorThreshold(DEFAULT_ERROR_THRESHOLD)
        .ageThreshold(DEFAULT_AGE_THRESHOLD)
        .noWorkers(true);
  }

  /**
   * An alert where a queue has more jobs that wait or run than this.
   *
   * @param jobs 1 or more
   */
  public static AlertConfig queueThreshold(long jobs) {
    return NONE.limits(AlertLimits.NONE.queueThreshold(jobs));
  }

  /** And one where more than this part of the attempts of the last minute failed, from 0 to 1. */
  public AlertConfig errorThreshold(double part) {
    return limits(limits.errorThreshold(part));
  }

  /** And one where the oldest job that is not done is older than this. */
  public AlertConfig ageThreshold(Duration age) {
    return limits(limits.ageThreshold(age));
  }

  /** And one where jobs wait, no worker runs, and the queue is not paused; or none of that. */
  public AlertConfig noWorkers(boolean alert) {
    return limits(limits.noWorkers(alert));
  }

  /** With these limits of every queue. */
  public AlertConfig limits(AlertLimits all) {
    return new AlertConfig(all, after, resolveAfter, webhook, queues);
  }

  /** With limits of a queue's own; those that they do not set stay the general ones. */
  public AlertConfig queue(String name, AlertLimits own) {
    Map<String, AlertLimits> more = new TreeMap<>(queues);
    more.put(name, own);
    return new AlertConfig(limits, after, resolveAfter, webhook, more);
  }

  /** Fires when a limit was passed for so long; 0 for at once. */
  public AlertConfig after(Duration time) {
    return new AlertConfig(limits, time, resolveAfter, webhook, queues);
  }

  /** Is over when the limit was kept for so long; 0 for at once. */
  public AlertConfig resolveAfter(Duration time) {
    return new AlertConfig(limits, after, time, webhook, queues);
  }

  /**
   * Tells this address too, by HTTP or HTTPS; null for none.
   *
   * @throws IllegalArgumentException if it is no such address
   */
  public AlertConfig webhook(@Nullable String address) {
    return new AlertConfig(
        limits, after, resolveAfter, address == null ? null : uri(address), queues);
  }

  /** What holds for a queue: its own limits, and the general ones where it has none. */
  public AlertLimits of(String queue) {
    return queues.getOrDefault(queue, AlertLimits.NONE).orElse(limits);
  }

  /** With no more of the webhook than its host: the rest is often a secret. */
  @Override
  public String toString() {
    return "AlertConfig[limits=%s, after=%s, resolveAfter=%s, webhook=%s, queues=%s]"
        .formatted(limits, after, resolveAfter, webhook == null ? null : shown(webhook), queues);
  }

  private static String shown(URI webhook) {
    return webhook.getScheme() + "://" + webhook.getHost() + "/...";
  }

  private static boolean isHttp(URI uri) {
    return uri.getHost() != null && uri.getScheme() != null && uri.getScheme().matches("https?");
  }

  private static URI uri(String address) {
    try {
      return new URI(address);
    } catch (URISyntaxException e) {
      // Without its cause, whose message has the address: often a secret.
      throw new IllegalArgumentException(
          "expected a webhook such as https://host/path, found what is no address: "
              + e.getReason());
    }
  }

  private static void time(String name, Duration value) {
    Checks.notNegative(name, value);
    Checks.that(value.compareTo(LONGEST) <= 0, "at most 1d for " + name, value);
  }
}
