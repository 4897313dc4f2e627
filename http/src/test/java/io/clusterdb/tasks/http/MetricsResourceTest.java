package io.clusterdb.tasks.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.metrics.BoundedLabels;
import io.clusterdb.tasks.metrics.Meters;
import io.clusterdb.tasks.metrics.PlatformMetric;
import io.clusterdb.tasks.metrics.WorkerMetric;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsResourceTest {
  private final ServiceRegistry service = new ServiceRegistry();
  private final Meters meters = Meters.of(service.registry());

  @Test
  void namesAreAsTheListHasThem() {
    for (PlatformMetric metric : PlatformMetric.all()) {
      String[] labels = metric.labels().stream().map(label -> "x").toArray(String[]::new);
      switch (metric.kind()) {
        case COUNTER -> meters.counter(metric, labels).increment();
        case TIMER -> meters.timer(metric, labels).record(java.time.Duration.ofMillis(3));
        case SIZES -> meters.sizes(metric, labels).record(3);
        case GAUGE, HIGHEST -> meters.gauges().set(metric, 1, labels).publish();
      }
    }
    List<String> lines = scrape();
    for (PlatformMetric metric : PlatformMetric.all()) {
      String type =
          switch (metric.kind()) {
            case COUNTER -> "counter";
            case TIMER, SIZES -> "histogram";
            case GAUGE, HIGHEST -> "gauge";
          };
      assertThat(lines).contains("# TYPE " + metric.prometheus() + " " + type);
    }
  }

  @Test
  void hostileNamesAreEscaped() {
    String hostile = "a\"} 1\nup 0\\";
    meters.counter(WorkerMetric.JOBS_SUCCEEDED, "q", hostile).increment();
    assertThat(scrape())
        .contains("jobs_succeeded_total{queue=\"q\",type=\"a\\\"} 1\\nup 0\\\\\"} 1.0")
        .noneMatch(line -> line.startsWith("up"));
  }

  @Test
  void tenThousandTypesAreAHundredAndOther() {
    for (int i = 0; i < 10_000; i++) {
      String type = meters.types().of("type\n\"" + i);
      meters.counter(WorkerMetric.JOBS_SUCCEEDED, "q", type).increment();
    }
    List<String> lines =
        scrape().stream().filter(line -> line.startsWith("jobs_succeeded_total{")).toList();
    assertThat(lines)
        .hasSize(101)
        .contains("jobs_succeeded_total{queue=\"q\",type=\"" + BoundedLabels.OTHER + "\"} 9900.0");
  }

  @Test
  void aRegistryOfPrometheusIsFoundWithinOthers() {
    CompositeMeterRegistry all = new CompositeMeterRegistry();
    assertThat(ServiceRegistry.resources(all)).isEmpty();
    all.add(new SimpleMeterRegistry());
    all.add(service.registry());
    assertThat(ServiceRegistry.resources(all)).hasSize(1);
    assertThat(ServiceRegistry.resources(null)).isEmpty();
  }

  private List<String> scrape() {
    return service.registry().scrape().lines().toList();
  }
}
