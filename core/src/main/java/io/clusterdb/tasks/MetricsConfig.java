package io.clusterdb.tasks;

import io.clusterdb.tasks.metrics.PlatformMetric;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the platform is watched by. Immutable; each method that takes a value returns a changed
 * copy.
 *
 * @param metrics names of the metrics that are relied on. Every metric is shown whether it is named
 *     here or not; what is named is checked, so that a name that no longer exists is noticed
 * @param alerts when the orchestrator raises an alert; null for never
 */
public record MetricsConfig(List<String> metrics, @Nullable AlertConfig alerts) {
  /** Copies the names. */
  public MetricsConfig {
    metrics = List.copyOf(metrics);
    metrics.forEach(name -> Checks.text("a metric's name", name, 200));
  }

  /**
   * With these metrics, and no alerts yet.
   *
   * @param metrics names as in Prometheus, with their unit or without: {@code job_duration} and
   *     {@code job_duration_seconds}
   * @throws IllegalArgumentException if one is not among the platform's metrics
   */
  public static MetricsConfig with(String... metrics) {
    for (String name : metrics) {
      Checks.that(isKnown(name), "a metric of the platform", "\"" + name + "\"");
    }
    return new MetricsConfig(List.of(metrics), null);
  }

  /** With these alerts, or null for none. */
  public MetricsConfig alerts(@Nullable AlertConfig config) {
    return new MetricsConfig(metrics, config);
  }

  private static boolean isKnown(String name) {
    return PlatformMetric.all().stream()
        .anyMatch(
            metric ->
                name.equals(metric.prometheus()) || name.equals(metric.meter().replace('.', '_')));
  }
}
