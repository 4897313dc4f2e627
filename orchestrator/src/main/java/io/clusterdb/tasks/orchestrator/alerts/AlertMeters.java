package io.clusterdb.tasks.orchestrator.alerts;

import io.clusterdb.tasks.Alert;
import io.clusterdb.tasks.metrics.GaugeSet;
import io.clusterdb.tasks.metrics.Meters;
import io.clusterdb.tasks.metrics.ServiceMetric;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is measured of alerts; nothing where nobody measures. */
final class AlertMeters implements AutoCloseable {
  private final @Nullable Meters meters;
  private final @Nullable GaugeSet gauges;

  AlertMeters(@Nullable Meters meters) {
    this.meters = meters;
    this.gauges = meters == null ? null : meters.gauges();
    if (meters != null) {
      for (Webhook.Outcome outcome : Webhook.Outcome.values()) {
        meters.counter(ServiceMetric.ALERT_NOTIFICATIONS, label(outcome)); // begins at 0
      }
    }
  }

  /** Counts what became of an alert that the webhook was to be told of; from any thread. */
  void count(Webhook.Outcome outcome) {
    if (meters != null) {
      meters.counter(ServiceMetric.ALERT_NOTIFICATIONS, label(outcome)).increment();
    }
  }

  /** Shows the alerts that fire now, and no others. */
  void show(List<Alert> firing) {
    if (gauges != null) {
      firing.forEach(
          alert -> gauges.set(ServiceMetric.ALERTS_FIRING, 1, alert.rule(), alert.queue()));
      gauges.publish();
    }
  }

  private static String label(Webhook.Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() {
    if (gauges != null) {
      gauges.close();
    }
  }
}
