package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.metrics.BoundedLabels;
import io.clusterdb.tasks.metrics.Meters;
import io.clusterdb.tasks.metrics.PlatformMetric;
import io.clusterdb.tasks.metrics.WorkerMetric;
import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.worker.run.Attempt;
import io.clusterdb.tasks.worker.run.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a worker settles. The owner thread alone counts, once for each settlement where that
 * suffices: handlers never wait for a counter, and nothing counts that is not on the log.
 */
final class WorkerMeters {
  private static final Map<Outcome.Result, PlatformMetric> COUNTERS =
      new EnumMap<>(
          Map.of(
              Outcome.Result.SUCCEEDED, WorkerMetric.JOBS_SUCCEEDED,
              Outcome.Result.RETRIED, WorkerMetric.JOBS_RETRIED,
              Outcome.Result.DEAD, WorkerMetric.JOBS_DEAD_LETTERED,
              Outcome.Result.CANCELLED, WorkerMetric.JOBS_CANCELLED));

  private final Meters meters;
  private final String queue;
  private final Map<String, OfType> types = new HashMap<>();
  private final Timer wait;
  private final Timer settlement;
  private final DistributionSummary jobs;
  private final Counter failures;

  WorkerMeters(Meters meters, String queue) {
    this.meters = meters;
    this.queue = queue;
    this.wait = meters.timer(WorkerMetric.JOB_WAIT, queue);
    this.settlement = meters.timer(WorkerMetric.WORKER_SETTLEMENT, queue);
    this.jobs = meters.sizes(WorkerMetric.WORKER_SETTLEMENT_JOBS, queue);
    this.failures = meters.counter(WorkerMetric.WORKER_SETTLEMENT_FAILURES, queue);
  }

  /** A settlement, or a part of one, is on the log. */
  void settled(List<Attempt> attempts, Settler.End end, long nanos) {
    if (end == Settler.End.COMMITTED) {
      settlement.record(nanos, TimeUnit.NANOSECONDS);
    } else {
      failures.increment();
    }
    if (attempts.isEmpty()) {
      return;
    }
    jobs.record(attempts.size());
    attempts.forEach(this::count);
    types.values().forEach(OfType::flush);
  }

  private void count(Attempt attempt) {
    Outcome.Result result = result(attempt.outcome());
    if (result == null || result == Outcome.Result.MOVED) {
      return;
    }
    if (attempt.knownAttempt() == 0
        && attempt.startedAt() > 0
        && attempt.record().timestamp() > 0) {
      long millis = attempt.startedAt() - attempt.record().timestamp();
      wait.record(Math.max(0, millis), TimeUnit.MILLISECONDS);
    }
    of(attempt.job()).ended(result, attempt.ranNanos());
  }

  private static Outcome.@Nullable Result result(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done done -> done.result();
      case Outcome.AgainInPlace again -> Outcome.Result.RETRIED;
      case Outcome.UnknownType unknown -> null;
      case Outcome.Released released -> null;
    };
  }

  private OfType of(@Nullable JobRecord job) {
    String label = job == null ? BoundedLabels.OTHER : meters.types().of(job.type());
    OfType known = types.get(label);
    if (known == null) {
      known = new OfType(label);
      types.put(label, known);
    }
    return known;
  }

  /** The meters of one type; each is made when it is first needed. */
  private final class OfType {
    private final String type;
    private final Map<Outcome.Result, OfOutcome> outcomes = new EnumMap<>(Outcome.Result.class);

    OfType(String type) {
      this.type = type;
    }

    void ended(Outcome.Result result, long nanos) {
      OfOutcome of = outcomes.get(result);
      if (of == null) {
        of = new OfOutcome(type, result);
        outcomes.put(result, of);
      }
      of.fresh++;
      if (nanos >= 0) {
        of.duration.record(nanos, TimeUnit.NANOSECONDS);
      }
    }

    void flush() {
      outcomes.values().forEach(OfOutcome::flush);
    }
  }

  /** What is counted of one type and outcome. */
  private final class OfOutcome {
    private final Counter counter;
    private final Timer duration;
    private long fresh;

    OfOutcome(String type, Outcome.Result result) {
      PlatformMetric metric = COUNTERS.getOrDefault(result, WorkerMetric.JOBS_SUCCEEDED);
      this.counter = meters.counter(metric, queue, type);
      this.duration = meters.timer(WorkerMetric.JOB_DURATION, queue, type, label(result));
    }

    void flush() {
      if (fresh > 0) {
        counter.increment((double) fresh);
        fresh = 0;
      }
    }
  }

  private static String label(Outcome.Result result) {
    return result == Outcome.Result.DEAD ? "dead_lettered" : result.name().toLowerCase(Locale.ROOT);
  }
}
