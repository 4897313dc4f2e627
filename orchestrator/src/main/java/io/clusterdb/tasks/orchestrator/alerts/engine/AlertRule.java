package io.clusterdb.tasks.orchestrator.alerts.engine;

import io.clusterdb.tasks.AlertLimits;
import io.clusterdb.tasks.Durations;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is watched of each queue. The rules for Prometheus under {@code deploy/prometheus} say the
 * same; a test holds both together.
 */
public enum AlertRule {
  /** Too many jobs wait or run. */
  QUEUE_DEPTH(
      "TasksQueueDepth",
      "warning",
      "Queue {queue} holds {value} jobs that are not done",
      "See whether its workers keep up: tasks queue stats {queue}. Start more, or mend what"
          + " fails.") {
    @Override
    Verdict judge(AlertLimits limits, Reading reading) {
      Long most = limits.queueThreshold();
      Long depth = reading.depth();
      return most == null ? UNWATCHED : depth == null ? UNKNOWN : Verdict.of(depth, most);
    }

    @Override
    String shown(double value) {
      return Long.toString(Math.round(value));
    }
  },
  /** Too many attempts fail. */
  ERROR_RATE(
      "TasksErrorRate",
      "warning",
      "Of the attempts of queue {queue} {value} fail",
      "See what they fail with: tasks events --queue {queue} --follow") {
    @Override
    Verdict judge(AlertLimits limits, Reading reading) {
      Double most = limits.errorThreshold();
      Double rate = reading.errorRate();
      return most == null ? UNWATCHED : rate == null ? UNKNOWN : Verdict.of(rate, most);
    }

    @Override
    String shown(double value) {
      return String.format(Locale.ROOT, "%.4g%%", value * 100).replaceFirst("\\.?0+%$", "%");
    }
  },
  /** A job has waited for too long. */
  OLDEST_JOB(
      "TasksOldJobs",
      "warning",
      "The oldest job of queue {queue} has waited for {value}",
      "One job may hang, or the queue is too long: tasks doctor") {
    @Override
    Verdict judge(AlertLimits limits, Reading reading) {
      Duration most = limits.ageThreshold();
      Double oldest = reading.oldestSeconds();
      if (most == null || oldest == null) {
        return most == null ? UNWATCHED : UNKNOWN;
      }
      return reading.paused() ? KEPT : Verdict.of(oldest, most.toMillis() / 1_000.0);
    }

    @Override
    String shown(double value) {
      return Durations.format(Duration.ofSeconds(Math.round(value)));
    }
  },
  /** Jobs wait, and nobody takes them. */
  NO_WORKERS(
      "TasksNoWorkers",
      "critical",
      "Jobs of queue {queue} wait, and no worker runs",
      "Start workers of queue {queue}.") {
    @Override
    Verdict judge(AlertLimits limits, Reading reading) {
      Long depth = reading.depth();
      Integer workers = reading.workers();
      if (!Boolean.TRUE.equals(limits.noWorkers())) {
        return UNWATCHED;
      }
      if (depth == null || workers == null) {
        return UNKNOWN;
      }
      return workers == 0 && !reading.paused() ? Verdict.of(depth, 0) : KEPT;
    }

    @Override
    String shown(double value) {
      return Long.toString(Math.round(value));
    }
  };

  private static final Verdict UNWATCHED = new Verdict.Unwatched();
  private static final Verdict UNKNOWN = new Verdict.Unknown();
  private static final Verdict KEPT = new Verdict.Kept();
  private static final Reading NOTHING = new Reading(false, null, null, null, null);

  private final String prometheus;
  private final String severity;
  private final String summary;
  private final String next;

  AlertRule(String prometheus, String severity, String summary, String next) {
    this.prometheus = prometheus;
    this.severity = severity;
    this.summary = summary;
    this.next = next;
  }

  /** What it says of a reading. */
  abstract Verdict judge(AlertLimits limits, Reading reading);

  /** A value as people read it. */
  abstract String shown(double value);

  /** What it says of a reading, or of none. */
  Verdict of(AlertLimits limits, @Nullable Reading reading) {
    return judge(limits, reading == null ? NOTHING : reading);
  }

  /** As records and metrics have it, such as {@code queue_depth}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The alert of the same rule in Prometheus. */
  public String prometheus() {
    return prometheus;
  }

  /** {@code warning} or {@code critical}. */
  public String severity() {
    return severity;
  }

  /** What is the matter, with {@code {queue}} and {@code {value}}. */
  public String summary() {
    return summary;
  }

  /** What to do, with {@code {queue}}. */
  public String next() {
    return next;
  }

  String summary(String queue, double value) {
    return summary.replace("{queue}", queue).replace("{value}", shown(value));
  }

  String next(String queue) {
    return next.replace("{queue}", queue);
  }
}
