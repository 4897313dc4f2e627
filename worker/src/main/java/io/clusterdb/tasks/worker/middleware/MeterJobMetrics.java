package io.clusterdb.tasks.worker.middleware;

import io.clusterdb.tasks.JobInfo;
import io.clusterdb.tasks.JobMetrics;
import io.clusterdb.tasks.metrics.BoundedLabels;
import io.clusterdb.tasks.metrics.Meters;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What metrics middleware measures, in a registry: the timer {@code PREFIX.attempt.duration} with
 * the middleware's labels, {@code type} and {@code outcome}, where the middleware's own of these
 * names win. Thread-safe.
 */
public final class MeterJobMetrics implements JobMetrics {
  private static final String NAME = ".attempt.duration";

  /** Names of errors, which handlers may make up, that are told apart. */
  private static final int MOST_OUTCOMES = 100;

  private final Meters meters;
  private final BoundedLabels outcomes = new BoundedLabels(MOST_OUTCOMES);
  private final Map<Series, Timer> timers = new ConcurrentHashMap<>();

  private record Series(String prefix, Map<String, String> labels, String type, String outcome) {}

  /** Measures into these. */
  public MeterJobMetrics(Meters meters) {
    this.meters = meters;
    outcomes.reserve(List.of(Ending.SUCCEEDED, Ending.ABANDONED));
  }

  @Override
  public void attemptEnded(
      String prefix, Map<String, String> labels, JobInfo job, String outcome, Duration duration) {
    Series series = new Series(prefix, labels, meters.types().of(job.type()), outcomes.of(outcome));
    timers.computeIfAbsent(series, this::timer).record(duration);
  }

  private Timer timer(Series series) {
    Map<String, String> labels = new TreeMap<>();
    labels.put("type", series.type());
    labels.put("outcome", series.outcome());
    labels.putAll(series.labels());
    List<Tag> tags = new ArrayList<>();
    labels.forEach((name, value) -> tags.add(Tag.of(name, value)));
    return meters.durations(series.prefix() + NAME, "How long handlers ran.", tags);
  }
}
