package io.clusterdb.tasks.metrics;

/** What is measured of alerts and of services themselves. */
public enum ServiceMetric implements PlatformMetric {
  /** Alerts. */
  ALERTS_FIRING(
      MetricSpec.of(
          Kind.GAUGE,
          Source.ORCHESTRATOR,
          "alerts.firing",
          "1 for each alert that fires, of those that the orchestrator raises. One instance tells"
              + " it.",
          "rule",
          "queue")),
  /** What was sent of them. */
  ALERT_NOTIFICATIONS(
      MetricSpec.of(
          Kind.COUNTER,
          Source.ORCHESTRATOR,
          "alert.notifications",
          "Alerts that fired or were over of which the webhook was to be told; outcome `delivered`,"
              + " `failed` where it did not take one in spite of retries, `dropped` where too many"
              + " waited.",
          "outcome")),
  /** Readiness. */
  SERVICE_READY(
      MetricSpec.of(
          Kind.GAUGE,
          Source.SERVICE,
          "service.ready",
          "1 while the service is ready as /health/ready has it, else 0.",
          "service"));

  @SuppressWarnings("ImmutableEnumChecker") // a record of copies
  private final MetricSpec spec;

  ServiceMetric(MetricSpec spec) {
    this.spec = spec;
  }

  @Override
  public MetricSpec spec() {
    return spec;
  }
}
