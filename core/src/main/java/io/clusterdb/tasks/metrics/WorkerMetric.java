package io.clusterdb.tasks.metrics;

/** What processors measure, in whatever process they are. */
public enum WorkerMetric implements PlatformMetric {
  /** Time in the handler. */
  JOB_DURATION(
      MetricSpec.of(
          Kind.TIMER,
          Source.WORKER,
          "job.duration",
          "How long attempts ran, once their outcome is on the log.",
          "queue",
          "type",
          "outcome")),
  /** Time in the queue. */
  JOB_WAIT(
      MetricSpec.of(
          Kind.TIMER,
          Source.WORKER,
          "job.wait",
          "Time from a record's arrival in its queue to the start of its handler; for a retry, from"
              + " its return to the queue.",
          "queue")),
  /** Attempts begun. */
  JOBS_STARTED(
      MetricSpec.of(
          Kind.COUNTER,
          Source.WORKER,
          "jobs.started",
          "Attempts that a slot of the worker took.",
          "queue")),
  /** Jobs that ended well. */
  JOBS_SUCCEEDED(
      MetricSpec.of(
          Kind.COUNTER, Source.WORKER, "jobs.succeeded", "Jobs that succeeded.", "queue", "type")),
  /** Failed attempts with another to come. */
  JOBS_RETRIED(
      MetricSpec.of(
          Kind.COUNTER,
          Source.WORKER,
          "jobs.retried",
          "Attempts that failed and are followed by another.",
          "queue",
          "type")),
  /** Jobs that failed for good. */
  JOBS_DEAD_LETTERED(
      MetricSpec.of(
          Kind.COUNTER,
          Source.WORKER,
          "jobs.dead.lettered",
          "Jobs that failed for good; those of workflows among them, which go to their workflow.",
          "queue",
          "type")),
  /** Jobs that were stopped. */
  JOBS_CANCELLED(
      MetricSpec.of(
          Kind.COUNTER,
          Source.WORKER,
          "jobs.cancelled",
          "Jobs that were cancelled, or discarded by their handler.",
          "queue",
          "type")),
  /** Time of a settlement. */
  WORKER_SETTLEMENT(
      MetricSpec.of(
          Kind.TIMER,
          Source.WORKER,
          "worker.settlement",
          "How long transactions took that put outcomes on the log.",
          "queue")),
  /** Size of a settlement. */
  WORKER_SETTLEMENT_JOBS(
      MetricSpec.of(
          Kind.SIZES,
          Source.WORKER,
          "worker.settlement.jobs",
          "Outcomes that a transaction put on the log.",
          "queue")),
  /** Settlements that did not commit. */
  WORKER_SETTLEMENT_FAILURES(
      MetricSpec.of(
          Kind.COUNTER,
          Source.WORKER,
          "worker.settlement.failures",
          "Settlements that were not committed as they were; they are tried again.",
          "queue")),
  /** Concurrency. */
  WORKER_SLOTS(
      MetricSpec.of(
          Kind.GAUGE,
          Source.WORKER,
          "worker.slots",
          "Jobs that the worker may run at once.",
          "queue")),
  /** Slots in use. */
  WORKER_RUNNING_JOBS(
      MetricSpec.of(
          Kind.GAUGE, Source.WORKER, "worker.running.jobs", "Jobs that run now.", "queue")),
  /** Jobs in memory. */
  WORKER_BUFFERED_JOBS(
      MetricSpec.of(
          Kind.GAUGE,
          Source.WORKER,
          "worker.buffered.jobs",
          "Jobs that the worker has read and not finished, running ones among them.",
          "queue")),
  /** Share of the queue. */
  WORKER_PARTITIONS(
      MetricSpec.of(
          Kind.GAUGE,
          Source.WORKER,
          "worker.partitions",
          "Partitions, of all lanes, that the worker owns.",
          "queue")),
  /** Back pressure. */
  WORKER_PAUSED_PARTITIONS(
      MetricSpec.of(
          Kind.GAUGE,
          Source.WORKER,
          "worker.paused.partitions",
          "Partitions that are not read for now: reason `buffer` while enough waits in memory,"
              + " which is normal under load, `metadata` while a commit has no room for what is"
              + " open.",
          "queue",
          "reason")),
  /** Hung handlers. */
  WORKER_STALLED_PARTITIONS(
      MetricSpec.of(
          Kind.GAUGE,
          Source.WORKER,
          "worker.stalled.partitions",
          "Partitions that have had work and no progress for a minute or more.",
          "queue")),
  /** Open offsets. */
  WORKER_HOLES(
      MetricSpec.of(
          Kind.GAUGE,
          Source.WORKER,
          "worker.holes",
          "Jobs that are not done although later ones of their partition are.",
          "queue")),
  /** Room in commits. */
  WORKER_COMMIT_METADATA(
      MetricSpec.of(
          Kind.HIGHEST,
          Source.WORKER,
          "worker.commit.metadata.ratio",
          "Of the room for open jobs in a partition's commit, the part in use, from 0 to 1; the"
              + " highest of the worker's partitions.",
          "queue")),
  /** Jobs that nobody here can run. */
  WORKER_UNKNOWN_TYPE_JOBS(
      MetricSpec.of(
          Kind.GAUGE,
          Source.WORKER,
          "worker.unknown.type.jobs",
          "Jobs that wait because no handler of this worker knows their type.",
          "queue")),
  /** Throttling. */
  WORKER_RATE_LIMIT_WAIT(
      MetricSpec.of(
              Kind.COUNTER,
              Source.WORKER,
              "worker.rate.limit.wait",
              "Time in which jobs and a free slot waited for the queue's rate limit.",
              "queue")
          .in("seconds"));

  @SuppressWarnings("ImmutableEnumChecker") // a record of copies
  private final MetricSpec spec;

  WorkerMetric(MetricSpec spec) {
    this.spec = spec;
  }

  @Override
  public MetricSpec spec() {
    return spec;
  }
}
