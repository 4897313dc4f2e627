package io.clusterdb.tasks.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Meters meters = Meters.of(registry);

  @Test
  void connectionsOnOneRegistryShareItsMeters() {
    assertThat(Meters.of(registry)).isSameAs(meters);
    meters.counter(WorkerMetric.JOBS_STARTED, "a").increment();
    Meters.of(registry).counter(WorkerMetric.JOBS_STARTED, "a").increment();
    assertThat(registry.get("jobs.started").tag("queue", "a").counter().count()).isEqualTo(2);
  }

  @Test
  void publishersOfOneGaugeAddUp() {
    GaugeSet one = meters.gauges();
    GaugeSet other = meters.gauges();
    one.set(WorkerMetric.WORKER_SLOTS, 10, "a").publish();
    other.set(WorkerMetric.WORKER_SLOTS, 5, "a").publish();
    assertThat(gauge("worker.slots")).isEqualTo(15);
    one.close();
    assertThat(gauge("worker.slots")).isEqualTo(5);
  }

  @Test
  void ofAgesTheHighestCounts() {
    GaugeSet one = meters.gauges();
    GaugeSet other = meters.gauges();
    one.set(WorkerMetric.WORKER_COMMIT_METADATA, 0.5, "a").publish();
    other.set(WorkerMetric.WORKER_COMMIT_METADATA, 0.2, "a").publish();
    assertThat(gauge("worker.commit.metadata.ratio")).isEqualTo(0.5);
  }

  @Test
  void whatIsNotPublishedAgainIsGone() {
    GaugeSet gauges = meters.gauges();
    gauges.set(WorkerMetric.WORKER_SLOTS, 10, "a").set(WorkerMetric.WORKER_SLOTS, 1, "b");
    gauges.publish();
    gauges.set(WorkerMetric.WORKER_SLOTS, 2, "b").publish();
    assertThat(registry.find("worker.slots").tag("queue", "a").gauge()).isNull();
    assertThat(gauge("worker.slots")).isEqualTo(2);
    gauges.close();
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void valuesBeyondTheBoundAreOther() {
    BoundedLabels labels = new BoundedLabels(2);
    labels.reserve(List.of("mine"));
    assertThat(labels.of("first")).isEqualTo("first");
    assertThat(labels.of("second")).isEqualTo("other");
    assertThat(labels.of("mine")).isEqualTo("mine");
    assertThat(labels.of("first")).isEqualTo("first");
  }

  @Test
  void aMetricWantsAValueForEachOfItsLabels() {
    assertThatThrownBy(() -> meters.counter(WorkerMetric.JOBS_STARTED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[queue]");
  }

  @Test
  void whatARegistryRefusesIsNotMeasuredAndStopsNothing() {
    registry
        .config()
        .meterFilter(
            new MeterFilter() {
              @Override
              public Meter.Id map(Meter.Id id) {
                throw new IllegalStateException("a filter with a fault");
              }
            });
    meters.counter(WorkerMetric.JOBS_STARTED, "a").increment();
    meters.timer(WorkerMetric.JOB_WAIT, "a").record(Duration.ofMillis(1));
    meters.sizes(WorkerMetric.WORKER_SETTLEMENT_JOBS, "a").record(1);
    GaugeSet gauges = meters.gauges();
    gauges.set(WorkerMetric.WORKER_SLOTS, 10, "a").publish();
    gauges.close();
    assertThat(registry.getMeters()).isEmpty();
  }

  private double gauge(String name) {
    return registry.get(name).gauge().value();
  }
}
