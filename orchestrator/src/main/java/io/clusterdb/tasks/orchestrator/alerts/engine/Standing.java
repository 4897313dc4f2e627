package io.clusterdb.tasks.orchestrator.alerts.engine;

import io.clusterdb.tasks.Alert;
import org.jspecify.annotations.Nullable;

/** How a rule stands with a queue. Where there is nothing to say there is none. */
public sealed interface Standing {
  /**
   * The limit is passed, not yet for long enough.
   *
   * @param since since when, in nanoseconds of a monotonic clock
   * @param before the alert that there was before, which is over; null for none
   */
  record Pending(long since, @Nullable Alert before) implements Standing {}

  /**
   * There is an alert.
   *
   * @param calmSince since when the limit is kept again, in nanoseconds of a monotonic clock; null
   *     while it is passed
   */
  record Firing(Alert alert, @Nullable Long calmSince) implements Standing {}

  /** There was an alert. */
  record Over(Alert alert) implements Standing {}

  /** The alert that there is or was; null for none. */
  default @Nullable Alert last() {
    return switch (this) {
      case Pending pending -> pending.before();
      case Firing firing -> firing.alert();
      case Over over -> over.alert();
    };
  }
}
