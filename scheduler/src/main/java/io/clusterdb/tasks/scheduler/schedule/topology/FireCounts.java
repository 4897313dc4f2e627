package io.clusterdb.tasks.scheduler.schedule.topology;

import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.metrics.Meters;
import io.clusterdb.tasks.metrics.ScheduleMetric;
import io.clusterdb.tasks.scheduler.schedule.engine.PassedOver;
import io.clusterdb.tasks.scheduler.schedule.engine.ScheduleEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.Sensor.RecordingLevel;
import org.apache.kafka.streams.StreamsMetrics;
import org.jspecify.annotations.Nullable;

/**
 * Counts the fires of schedules with {@code metrics: true}, in the platform's registry if there is
 * one, and among the metrics of Kafka Streams: {@code stream-schedule-metrics} with the tag {@code
 * schedule-id}, how many fires, how late they are in milliseconds, how many times were passed over.
 * Used by the partition's thread.
 */
final class FireCounts {
  private static final String SCOPE = "schedule";

  private final StreamsMetrics metrics;
  private final @Nullable Meters meters;
  private final Map<String, Sensor> fires = new HashMap<>();
  private final Map<String, Sensor> passed = new HashMap<>();

  FireCounts(StreamsMetrics metrics, @Nullable Meters meters) {
    this.meters = meters;
    this.metrics = metrics;
  }

  void count(ScheduledTask schedule, ScheduleEvent event) {
    if (!schedule.metrics()) {
      return;
    }
    switch (event) {
      case ScheduleEvent.Fired fired -> fired(schedule, fired);
      case ScheduleEvent.Passed over -> passed(schedule, over.passedOver().reason());
      default -> {}
    }
  }

  private void fired(ScheduledTask schedule, ScheduleEvent.Fired fired) {
    double lateness = lateness(schedule, fired);
    fires(schedule.name()).record(lateness);
    if (meters != null) {
      meters.counter(ScheduleMetric.SCHEDULE_FIRES, schedule.name()).increment();
      if (fired.run().plannedAt() != null) {
        meters
            .timer(ScheduleMetric.SCHEDULE_LATENESS, schedule.name())
            .record(Math.max(0, (long) lateness), TimeUnit.MILLISECONDS);
      }
    }
  }

  private void passed(ScheduledTask schedule, PassedOver.Reason reason) {
    passed(schedule.name()).record();
    if (meters != null) {
      String word =
          switch (reason) {
            case MISFIRE -> "misfire";
            case EXCLUSIVE -> "running";
          };
      meters.counter(ScheduleMetric.SCHEDULE_PASSED_OVER, schedule.name(), word).increment();
    }
  }

  private static double lateness(ScheduledTask schedule, ScheduleEvent.Fired fired) {
    Instant planned = fired.run().plannedAt();
    return planned == null
        ? 0
        : (double) Duration.between(schedule.fireTime(planned), fired.run().firedAt()).toMillis();
  }

  private Sensor fires(String name) {
    return fires.computeIfAbsent(
        name, key -> metrics.addLatencyRateTotalSensor(SCOPE, key, "fires", RecordingLevel.INFO));
  }

  private Sensor passed(String name) {
    return passed.computeIfAbsent(
        name, key -> metrics.addRateTotalSensor(SCOPE, key, "passed-over", RecordingLevel.INFO));
  }

  void forget(String name) {
    remove(fires.remove(name));
    remove(passed.remove(name));
  }

  void close() {
    fires.values().forEach(metrics::removeSensor);
    passed.values().forEach(metrics::removeSensor);
    fires.clear();
    passed.clear();
  }

  private void remove(@Nullable Sensor sensor) {
    if (sensor != null) {
      metrics.removeSensor(sensor);
    }
  }
}
