package io.clusterdb.tasks.catalog;

import io.clusterdb.tasks.AlertConfig;
import io.clusterdb.tasks.AlertLimits;
import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.schemas.avro.AlertLimitsDefinition;
import io.clusterdb.tasks.schemas.avro.AlertsDefinition;
import io.clusterdb.tasks.schemas.avro.MonitoringDefinition;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is watched as the catalog holds it, and back. Pure. */
public final class MonitoringDefinitions {
  private MonitoringDefinitions() {}

  /** The definition for the catalog. */
  static MonitoringDefinition write(MetricsConfig config, long version, Instant at) {
    AlertConfig alerts = config.alerts();
    return new MonitoringDefinition(
        version, at, config.metrics(), alerts == null ? null : write(alerts));
  }

  private static AlertsDefinition write(AlertConfig alerts) {
    URI webhook = alerts.webhook();
    Map<String, AlertLimitsDefinition> queues = new TreeMap<>();
    alerts.queues().forEach((name, limits) -> queues.put(name, write(limits)));
    return new AlertsDefinition(
        write(alerts.limits()),
        alerts.after().toMillis(),
        alerts.resolveAfter().toMillis(),
        webhook == null ? null : webhook.toString(),
        queues);
  }

  private static AlertLimitsDefinition write(AlertLimits limits) {
    Duration age = limits.ageThreshold();
    return new AlertLimitsDefinition(
        limits.queueThreshold(),
        limits.errorThreshold(),
        age == null ? null : age.toMillis(),
        limits.noWorkers());
  }

  /**
   * What a definition says.
   *
   * @throws IllegalArgumentException if it is none that this version can work with
   */
  static MetricsConfig read(MonitoringDefinition definition) {
    AlertsDefinition alerts = definition.getAlerts();
    return new MetricsConfig(definition.getMetrics(), alerts == null ? null : read(alerts));
  }

  private static AlertConfig read(AlertsDefinition alerts) {
    Map<String, AlertLimits> queues = new TreeMap<>();
    alerts.getQueues().forEach((name, limits) -> queues.put(name, read(limits)));
    return new AlertConfig(
            read(alerts.getLimits()),
            Duration.ofMillis(alerts.getAfterMs()),
            Duration.ofMillis(alerts.getResolveAfterMs()),
            null,
            queues)
        .webhook(alerts.getWebhook());
  }

  private static AlertLimits read(AlertLimitsDefinition limits) {
    return new AlertLimits(
        limits.getQueueThreshold(),
        limits.getErrorThreshold(),
        RetryPolicies.millis(limits.getAgeThresholdMs()),
        limits.getNoWorkers());
  }

  /** Whether two are the same, given what the catalog keeps of them. */
  public static boolean same(@Nullable MetricsConfig one, MetricsConfig other) {
    return one != null && write(one, 0, Instant.EPOCH).equals(write(other, 0, Instant.EPOCH));
  }
}
