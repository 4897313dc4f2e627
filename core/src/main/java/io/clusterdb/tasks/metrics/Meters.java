package io.clusterdb.tasks.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.noop.NoopCounter;
import io.micrometer.core.instrument.noop.NoopDistributionSummary;
import io.micrometer.core.instrument.noop.NoopGauge;
import io.micrometer.core.instrument.noop.NoopTimer;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the platform's meters in a registry of Micrometer. Counters and timers belong to the
 * registry, which gives the same one to all who ask for the same labels; so processors and
 * connections may come and go. Thread-safe.
 */
public final class Meters {
  private static final Logger log = LoggerFactory.getLogger(Meters.class);

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
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
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
    private @Nullable Meter gauge;

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

  /** Types of jobs as labels. */
  public BoundedLabels types() {
    return types;
  }

  /** A counter with these labels, in the order of {@link PlatformMetric#labels()}. */
  public Counter counter(PlatformMetric metric, String... labels) {
    List<Tag> tags = tags(metric, List.of(labels));
    return made(
        metric.meter(),
        () ->
            Counter.builder(metric.meter())
                .description(metric.meaning())
                .baseUnit(metric.unit())
                .tags(tags)
                .register(registry),
        () -> new NoopCounter(id(metric.meter(), Meter.Type.COUNTER)));
  }

  /** A histogram of durations with these labels. */
  public Timer timer(PlatformMetric metric, String... labels) {
    return durations(metric.meter(), metric.meaning(), tags(metric, List.of(labels)));
  }

  /** A histogram of durations that is none of the platform's own. */
  public Timer durations(String meter, String meaning, List<Tag> tags) {
    return made(
        meter,
        () ->
            Timer.builder(meter)
                .description(meaning)
                .tags(tags)
                .serviceLevelObjectives(DURATIONS)
                .register(registry),
        () -> new NoopTimer(id(meter, Meter.Type.TIMER)));
  }

  /** A histogram of counts with these labels. */
  public DistributionSummary sizes(PlatformMetric metric, String... labels) {
    List<Tag> tags = tags(metric, List.of(labels));
    return made(
        metric.meter(),
        () ->
            DistributionSummary.builder(metric.meter())
                .description(metric.meaning())
                .baseUnit(metric.unit())
                .tags(tags)
                .serviceLevelObjectives(SIZES)
                .register(registry),
        () -> new NoopDistributionSummary(id(metric.meter(), Meter.Type.DISTRIBUTION_SUMMARY)));
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
        made(
            metric.meter(),
            () ->
                Gauge.builder(metric.meter(), shown, Shown::value)
                    .description(metric.meaning())
                    .baseUnit(metric.unit())
                    .tags(tags(metric, series.labels()))
                    .strongReference(true)
                    .register(registry),
            () -> new NoopGauge(id(metric.meter(), Meter.Type.GAUGE)));
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

  /** Measuring must not decide about a job: what a registry refuses is not measured. */
  private <M> M made(String meter, Supplier<M> maker, Supplier<M> noop) {
    try {
      return maker.get();
    } catch (RuntimeException e) {
      if (refused.add(meter)) {
        log.warn(
            "The registry refuses the metric {}, which is not measured: {}. Look at its filters,"
                + " and for another meter of that name with other labels.",
            meter,
            e.getMessage());
      }
      return noop.get();
    }
  }

  /** Shows what another library measures; what goes wrong with it is told and stops nothing. */
  public void bind(MeterBinder binder) {
    try {
      binder.bindTo(registry);
    } catch (RuntimeException e) {
      log.warn("The registry refuses metrics of Kafka's clients: {}", e.toString());
    }
  }

  private static Meter.Id id(String meter, Meter.Type type) {
    return new Meter.Id(meter, Tags.empty(), null, null, type);
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
