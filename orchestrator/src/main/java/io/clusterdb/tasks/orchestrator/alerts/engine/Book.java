package io.clusterdb.tasks.orchestrator.alerts.engine;

import io.clusterdb.tasks.Alert;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How all rules stand with all queues. Immutable.
 *
 * @param standings by {@link Alert#key}
 */
public record Book(Map<String, Standing> standings) {
  /** Copies the map. */
  public Book {
    standings = Map.copyOf(standings);
  }

  /** What was written down of alerts; what was pending begins anew. */
  public static Book of(Collection<Alert> alerts) {
    Map<String, Standing> standings = new HashMap<>();
    for (Alert alert : alerts) {
      standings.put(
          alert.key(),
          alert.state() == Alert.State.FIRING
              ? new Standing.Firing(alert, null)
              : new Standing.Over(alert));
    }
    return new Book(standings);
  }

  /** After these changes. */
  public Book with(Collection<Change> changes) {
    if (changes.isEmpty()) {
      return this;
    }
    Map<String, Standing> next = new HashMap<>(standings);
    changes.forEach(change -> apply(next, change));
    return new Book(next);
  }

  private static void apply(Map<String, Standing> next, Change change) {
    String key = change.key();
    switch (change) {
      case Change.Began began ->
          next.put(key, new Standing.Pending(began.since(), last(next.get(key))));
      case Change.Ended ended -> end(next, key);
      case Change.Fired fired -> next.put(key, new Standing.Firing(fired.alert(), null));
      case Change.Calmed calmed -> calm(next, key, calmed.since());
      case Change.Roused roused -> calm(next, key, null);
      case Change.Resolved resolved -> next.put(key, new Standing.Over(resolved.alert()));
      case Change.Told told -> tell(next, told.alert());
      case Change.Forgotten forgotten -> next.remove(key);
    }
  }

  private static void end(Map<String, Standing> next, String key) {
    Alert before = last(next.remove(key));
    if (before != null) {
      next.put(key, new Standing.Over(before));
    }
  }

  private static @Nullable Alert last(@Nullable Standing standing) {
    return standing == null ? null : standing.last();
  }

  private static void calm(Map<String, Standing> next, String key, @Nullable Long since) {
    next.computeIfPresent(
        key,
        (same, standing) ->
            standing instanceof Standing.Firing(Alert alert, var was)
                ? new Standing.Firing(alert, since)
                : standing);
  }

  private static void tell(Map<String, Standing> next, Alert alert) {
    next.computeIfPresent(
        alert.key(),
        (same, standing) ->
            switch (standing) {
              case Standing.Pending(long since, var old) -> new Standing.Pending(since, alert);
              case Standing.Firing(Alert old, var calm) -> new Standing.Firing(alert, calm);
              case Standing.Over over -> new Standing.Over(alert);
            });
  }

  /** Alerts that fire, and those that are over. */
  public Collection<Alert> alerts() {
    return standings.values().stream().map(Standing::last).filter(Objects::nonNull).toList();
  }
}
