package io.clusterdb.tasks.metrics;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every metric of the platform: the one list, by subject, that meters are made from, and that the
 * page docs/metrics.md, the dashboards and the alert rules are held against.
 */
public sealed interface PlatformMetric
    permits WorkerMetric, QueueMetric, WorkflowMetric, ScheduleMetric, ServiceMetric {
  /** All of them, in the order of the page. */
  static List<PlatformMetric> all() {
    return Stream.<PlatformMetric[]>of(
            WorkerMetric.values(),
            QueueMetric.values(),
            WorkflowMetric.values(),
            ScheduleMetric.values(),
            ServiceMetric.values())
        .flatMap(Stream::of)
        .toList();
  }

  /** What kind of meter it is. */
  public enum Kind {
    /** Grows only. */
    COUNTER,
    /** A histogram of durations. */
    TIMER,
    /** A histogram of counts. */
    SIZES,
    /** A number now; several publishers of one process add up. */
    GAUGE,
    /** A number now; of several publishers of one process the highest counts. */
    HIGHEST
  }

  /** Who exports it. */
  public enum Source {
    /** Processors, in whatever process they are. */
    WORKER,
    /** Connections that enqueue. */
    CLIENT,
    /** The orchestrator. */
    ORCHESTRATOR,
    /** The scheduler. */
    SCHEDULER,
    /** Every service with a port of its own. */
    SERVICE
  }

  /** What it is. */
  MetricSpec spec();

  /** What kind of meter it is. */
  default Kind kind() {
    return spec().kind();
  }

  /** Its name in Micrometer, where words are separated by dots. */
  default String meter() {
    return spec().meter();
  }

  /** Its base unit; null for plain numbers, and for timers, whose unit the registry chooses. */
  default @Nullable String unit() {
    return spec().unit();
  }

  /** Who exports it. */
  default Source source() {
    return spec().source();
  }

  /** What it means, in a sentence. */
  default String meaning() {
    return spec().meaning();
  }

  /** Names of its labels. */
  default List<String> labels() {
    return spec().labels();
  }

  /** Its name in Prometheus; a histogram's has _bucket, _sum and _count behind it there. */
  default String prometheus() {
    String name = meter().replace('.', '_');
    String withUnit =
        kind() == Kind.TIMER ? name + "_seconds" : unit() == null ? name : name + "_" + unit();
    return kind() == Kind.COUNTER ? withUnit + "_total" : withUnit;
  }
}
