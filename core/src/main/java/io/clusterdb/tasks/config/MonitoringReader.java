package io.clusterdb.tasks.config;

import io.clusterdb.tasks.AlertConfig;
import io.clusterdb.tasks.AlertLimits;
import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.metrics.PlatformMetric;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads what is watched, and when to raise an alert. */
final class MonitoringReader {
  private static final List<String> METRICS =
      PlatformMetric.all().stream().map(metric -> metric.meter().replace('.', '_')).toList();

  private AlertConfig alerts = AlertConfig.none();

  private MonitoringReader() {}

  static MetricsConfig read(Cursor cursor) {
    MapReader map = cursor.map(Keys.MONITORING);
    List<String> metrics = map.read("metrics", at -> at.list(MonitoringReader::metric));
    AlertConfig alerts = map.read("alerts", at -> new MonitoringReader().alerts(at));
    return new MetricsConfig(metrics == null ? List.of() : metrics, alerts);
  }

  private static @Nullable String metric(Cursor cursor) {
    String name = cursor.text();
    if (name == null) {
      return null;
    }
    try {
      return MetricsConfig.with(name).metrics().getFirst();
    } catch (IllegalArgumentException e) {
      cursor.problem(e.getMessage() + Suggestions.hint(name, METRICS));
      return null;
    }
  }

  private AlertConfig alerts(Cursor cursor) {
    MapReader map = cursor.map(Keys.ALERTS);
    AlertLimits limits = limits(map);
    set(config -> config.limits(limits));
    map.with("after", Cursor::duration, time -> set(config -> config.after(time)));
    map.with("resolve_after", Cursor::duration, time -> set(config -> config.resolveAfter(time)));
    map.with("webhook", Cursor::text, address -> set(config -> config.webhook(address)));
    Cursor queues = map.get("per_queue");
    if (queues != null) {
      queues
          .entries()
          .forEach(
              (name, own) -> {
                AlertLimits found = limits(own.map(Keys.ALERTS_OF_QUEUE));
                set(config -> config.queue(name, found));
              });
    }
    return alerts;
  }

  private void set(UnaryOperator<AlertConfig> change) {
    alerts = change.apply(alerts);
  }

  private static AlertLimits limits(MapReader map) {
    AlertLimits[] limits = {AlertLimits.NONE};
    map.with(
        "queue_threshold",
        MonitoringReader::jobs,
        jobs -> limits[0] = limits[0].queueThreshold(jobs));
    map.with(
        "error_threshold",
        MonitoringReader::part,
        part -> limits[0] = limits[0].errorThreshold(part));
    map.with("age_threshold", Cursor::duration, age -> limits[0] = limits[0].ageThreshold(age));
    map.with("no_workers", Cursor::flag, alert -> limits[0] = limits[0].noWorkers(alert));
    return limits[0];
  }

  private static @Nullable Long jobs(Cursor cursor) {
    Long jobs = cursor.whole();
    return jobs == null || jobs >= 1 ? jobs : cursor.expected("a number of jobs of 1 or more");
  }

  static @Nullable Double part(Cursor cursor) {
    Double part = cursor.number();
    return part == null || (part >= 0 && part <= 1) ? part : cursor.expected("a part from 0 to 1");
  }
}
