package io.clusterdb.tasks.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The gauges of one publisher, which shows them all at once: what is not among the next ones is
 * gone. So a queue that was deleted, or a worker that ended, leaves no stale number behind. Used by
 * one thread; what it shows may be read by any.
 */
public final class GaugeSet implements AutoCloseable {
  private final Meters meters;
  private final Map<Meters.Series, Double> next = new HashMap<>();
  private Set<Meters.Series> shown = Set.of();

  GaugeSet(Meters meters) {
    this.meters = meters;
  }

  /** Will show this number; a second one for the same labels is added to it. */
  public GaugeSet set(PlatformMetric metric, double value, String... labels) {
    next.merge(new Meters.Series(metric, List.of(labels)), value, Double::sum);
    return this;
  }

  /** As the other one, for what is counted. */
  public GaugeSet set(PlatformMetric metric, long value, String... labels) {
    return set(metric, (double) value, labels);
  }

  /** Shows what was set since the last time, and nothing else. */
  public void publish() {
    next.forEach((series, value) -> meters.show(this, series, value));
    for (Meters.Series old : shown) {
      if (!next.containsKey(old)) {
        meters.hide(this, old);
      }
    }
    shown = new HashSet<>(next.keySet());
    next.clear();
  }

  /** Shows nothing any more. */
  @Override
  public void close() {
    next.clear();
    new ArrayList<>(shown).forEach(series -> meters.hide(this, series));
    shown = Set.of();
  }
}
