package io.clusterdb.tasks.metrics;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a metric is. Immutable.
 *
 * @param kind what kind of meter it is
 * @param source who exports it
 * @param meter its name in Micrometer, where words are separated by dots
 * @param unit its base unit; null for plain numbers, and for timers
 * @param meaning what it means, in a sentence
 * @param labels names of its labels
 */
public record MetricSpec(
    PlatformMetric.Kind kind,
    PlatformMetric.Source source,
    String meter,
    @Nullable String unit,
    String meaning,
    List<String> labels) {
  /** Copies the labels. */
  public MetricSpec {
    labels = List.copyOf(labels);
  }

  /** A metric without a unit of its own. */
  static MetricSpec of(
      PlatformMetric.Kind kind,
      PlatformMetric.Source source,
      String meter,
      String meaning,
      String... labels) {
    return new MetricSpec(kind, source, meter, null, meaning, List.of(labels));
  }

  /** The same in this unit. */
  MetricSpec in(String wanted) {
    return new MetricSpec(kind, source, meter, wanted, meaning, labels);
  }
}
