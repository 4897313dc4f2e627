package io.clusterdb.tasks.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the platform's meters in a registry of Micrometer. Counters and timers belong to the
 * registry, which gives the same one to all who ask for the same labels; so processors and
 * connections may come and go. Thread-safe.
 */
public final class Meters {
  /** Types of jobs that a process tells apart. */
  static final int MOST_TYPES = 100;

  /** Bounds of durations: from a quick handler to an hour. */
  private static final Duration[] DURATIONS =
      LongStream.of(
              1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000,
              300_000, 1_800_000, 3_600_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private static final double[] SIZES = {1, 2, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000, 20_000};

  private static final Map<MeterRegistry, WeakReference<Meters>> ALL = new WeakHashMap<>();

  private final MeterRegistry registry;
  private final ScheduledExecutorService refresher =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("tasks-meters").factory());
  private final BoundedLabels types = new BoundedLabels(MOST_TYPES);
  private final Map<Series, Shown> gauges = new ConcurrentHashMap<>();

  /** A metric with values for its labels. */
  record Series(PlatformMetric metric, List<String> labels) {
    Series {
      check(metric, labels);
    }
  }

  /** What publishers show of a series. */
  private static final class Shown {
    private final Map<GaugeSet, Double> values = new ConcurrentHashMap<>();
    private final boolean highest;
    private @Nullable Gauge gauge;

    Shown(boolean highest) {
      this.highest = highest;
    }

    double value() {
      double all = 0;
      for (double value : values.values()) {
        all = highest ? Math.max(all, value) : all + value;
      }
      return all;
    }
  }

  private Meters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** The meters of a registry: the same for all connections on it. */
  public static Meters of(MeterRegistry registry) {
    synchronized (ALL) {
      WeakReference<Meters> known = ALL.get(registry);
      Meters meters = known == null ? null : known.get();
      if (meters == null) {
        meters = new Meters(registry);
        ALL.put(registry, new WeakReference<>(meters));
      }
      return meters;
    }
  }

  /** The registry. */
  public MeterRegistry registry() {
    return registry;
  }

  /** Looks for new metrics of Kafka's clients now and then; not to be closed. */
  public ScheduledExecutorService refresher() {
    return refresher;
  }

  /** Types of jobs as labels. */
  public BoundedLabels types() {
    return types;
  }

  /** A counter with these labels, in the order of {@link PlatformMetric#labels()}. */
  public Counter counter(PlatformMetric metric, String... labels) {
    return Counter.builder(metric.meter())
        .description(metric.meaning())
        .baseUnit(metric.unit())
        .tags(tags(metric, List.of(labels)))
        .register(registry);
  }

  /** A histogram of durations with these labels. */
  public Timer timer(PlatformMetric metric, String... labels) {
    return durations(metric.meter(), metric.meaning(), tags(metric, List.of(labels)));
  }

  /** A histogram of durations that is none of the platform's own. */
  public Timer durations(String meter, String meaning, List<Tag> tags) {
    return Timer.builder(meter)
        .description(meaning)
        .tags(tags)
        .serviceLevelObjectives(DURATIONS)
        .register(registry);
  }

  /** A histogram of counts with these labels. */
  public DistributionSummary sizes(PlatformMetric metric, String... labels) {
    return DistributionSummary.builder(metric.meter())
        .description(metric.meaning())
        .baseUnit(metric.unit())
        .tags(tags(metric, List.of(labels)))
        .serviceLevelObjectives(SIZES)
        .register(registry);
  }

  /** Gauges for one publisher. */
  public GaugeSet gauges() {
    return new GaugeSet(this);
  }

  void show(GaugeSet publisher, Series series, double value) {
    gauges.compute(
        series,
        (key, known) -> {
          Shown shown = known == null ? shown(series) : known;
          shown.values.put(publisher, value);
          return shown;
        });
  }

  private Shown shown(Series series) {
    PlatformMetric metric = series.metric();
    Shown shown = new Shown(metric.kind() == PlatformMetric.Kind.HIGHEST);
    shown.gauge =
        Gauge.builder(metric.meter(), shown, Shown::value)
            .description(metric.meaning())
            .baseUnit(metric.unit())
            .tags(tags(metric, series.labels()))
            .strongReference(true)
            .register(registry);
    return shown;
  }

  void hide(GaugeSet publisher, Series series) {
    gauges.computeIfPresent(
        series,
        (key, shown) -> {
          shown.values.remove(publisher);
          if (!shown.values.isEmpty()) {
            return shown;
          }
          if (shown.gauge != null) {
            registry.remove(shown.gauge);
          }
          return null;
        });
  }

  private static List<Tag> tags(PlatformMetric metric, List<String> labels) {
    check(metric, labels);
    List<Tag> tags = new ArrayList<>(labels.size());
    for (int i = 0; i < labels.size(); i++) {
      tags.add(Tag.of(metric.labels().get(i), labels.get(i)));
    }
    return tags;
  }

  private static void check(PlatformMetric metric, List<String> labels) {
    if (labels.size() != metric.labels().size()) {
      throw new IllegalArgumentException(
          "expected values for the labels %s of %s, found %s"
              .formatted(metric.labels(), metric, labels));
    }
  }
}
