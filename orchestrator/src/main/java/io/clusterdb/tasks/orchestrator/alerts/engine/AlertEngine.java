package io.clusterdb.tasks.orchestrator.alerts.engine;

import io.clusterdb.tasks.Alert;
import io.clusterdb.tasks.AlertConfig;
import io.clusterdb.tasks.AlertLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides which alerts fire and which are over. A limit has to be passed for a while before there
 * is an alert, and to be kept for a while before it is over; what cannot be read changes nothing.
 * Pure.
 */
public final class AlertEngine {
  /** How long an alert that is over is kept. */
  public static final Duration KEEP = Duration.ofDays(7);

  private final AlertConfig config;
  private final Now now;
  private final RandomGenerator random;

  private AlertEngine(AlertConfig config, Now now, RandomGenerator random) {
    this.config = config;
    this.now = now;
    this.random = random;
  }

  /**
   * What changes.
   *
   * @param config what holds; {@link AlertConfig#none} where nothing does
   * @param queues names of all queues that there are
   * @param readings what is known of them, by name
   */
  public static List<Change> decide(
      Book book,
      AlertConfig config,
      Set<String> queues,
      Map<String, Reading> readings,
      Now now,
      RandomGenerator random) {
    return new AlertEngine(config, now, random).decide(book, queues, readings);
  }

  private List<Change> decide(Book book, Set<String> queues, Map<String, Reading> readings) {
    List<Change> changes = new ArrayList<>();
    Set<String> judged = new HashSet<>();
    for (String queue : new TreeSet<>(queues)) {
      AlertLimits limits = config.of(queue);
      for (AlertRule rule : AlertRule.values()) {
        String key = rule.word() + "/" + queue;
        judged.add(key);
        Verdict verdict = rule.of(limits, readings.get(queue));
        add(changes, decide(rule, queue, book.standings().get(key), verdict));
      }
    }
    book.standings()
        .forEach(
            (key, standing) -> {
              if (!judged.contains(key) && isOfKnownRule(key)) {
                add(changes, unwatched(key, standing));
              }
            });
    book.standings().values().forEach(standing -> add(changes, forget(standing, changes)));
    return changes;
  }

  private @Nullable Change decide(
      AlertRule rule, String queue, @Nullable Standing standing, Verdict verdict) {
    String key = rule.word() + "/" + queue;
    return switch (verdict) {
      case Verdict.Unknown unknown -> null;
      case Verdict.Unwatched unwatched -> unwatched(key, standing);
      case Verdict.Kept kept -> kept(key, standing);
      case Verdict.Passed passed -> passed(rule, queue, standing, passed);
    };
  }

  private @Nullable Change passed(
      AlertRule rule, String queue, @Nullable Standing standing, Verdict.Passed passed) {
    String key = rule.word() + "/" + queue;
    return switch (standing) {
      case null -> begin(rule, queue, passed);
      case Standing.Over over -> begin(rule, queue, passed);
      case Standing.Pending(long since, Alert before) ->
          hasLasted(since, config.after()) ? fire(rule, queue, passed) : null;
      case Standing.Firing(Alert alert, Long calmSince) ->
          calmSince == null ? null : new Change.Roused(key);
    };
  }

  private Change begin(AlertRule rule, String queue, Verdict.Passed passed) {
    return config.after().isZero()
        ? fire(rule, queue, passed)
        : new Change.Began(rule.word() + "/" + queue, now.nanos());
  }

  private Change fire(AlertRule rule, String queue, Verdict.Passed passed) {
    return new Change.Fired(
        new Alert(
            HexFormat.of().toHexDigits(random.nextLong()),
            rule.word(),
            queue,
            Alert.State.FIRING,
            rule.severity(),
            passed.value(),
            passed.threshold(),
            now.at(),
            null,
            rule.summary(queue, passed.value()),
            rule.next(queue),
            config.webhook() == null ? Alert.Delivery.NONE : Alert.Delivery.PENDING));
  }

  private @Nullable Change kept(String key, @Nullable Standing standing) {
    return switch (standing) {
      case null -> null;
      case Standing.Over over -> null;
      case Standing.Pending pending -> new Change.Ended(key);
      case Standing.Firing(Alert alert, Long calmSince) -> {
        if (calmSince != null) {
          yield hasLasted(calmSince, config.resolveAfter()) ? resolve(alert) : null;
        }
        yield config.resolveAfter().isZero() ? resolve(alert) : new Change.Calmed(key, now.nanos());
      }
    };
  }

  private @Nullable Change unwatched(String key, @Nullable Standing standing) {
    return switch (standing) {
      case null -> null;
      case Standing.Over over -> null;
      case Standing.Pending pending -> new Change.Ended(key);
      case Standing.Firing firing -> resolve(firing.alert());
    };
  }

  /** Whoever was not told that it fires is not told that it is over. */
  private Change resolve(Alert alert) {
    boolean tell = config.webhook() != null && alert.webhook() != Alert.Delivery.NONE;
    return new Change.Resolved(
        alert.resolved(now.at(), tell ? Alert.Delivery.PENDING : Alert.Delivery.NONE));
  }

  private @Nullable Change forget(Standing standing, List<Change> changes) {
    if (!(standing instanceof Standing.Over(Alert alert)) || alert.resolvedAt() == null) {
      return null;
    }
    boolean old = alert.resolvedAt().plus(KEEP).isBefore(now.at());
    boolean again = changes.stream().anyMatch(change -> change.key().equals(alert.key()));
    return old && !again ? new Change.Forgotten(alert.key()) : null;
  }

  private boolean hasLasted(long since, Duration time) {
    return now.nanos() - since >= time.toNanos();
  }

  /** A later version may watch what this one does not know. */
  private static boolean isOfKnownRule(String key) {
    for (AlertRule rule : AlertRule.values()) {
      if (key.startsWith(rule.word() + "/")) {
        return true;
      }
    }
    return false;
  }

  private static void add(List<Change> changes, @Nullable Change change) {
    if (change != null) {
      changes.add(change);
    }
  }
}
