package io.clusterdb.tasks.metrics;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every metric of the platform: the one list that meters are made from, and that the page
 * docs/metrics.md, the dashboards and the alert rules are held against.
 */
public enum PlatformMetric {
  /** Time in the handler. */
  JOB_DURATION(
      Kind.TIMER,
      "job.duration",
      null,
      Source.WORKER,
      "How long attempts ran, once their outcome is on the log.",
      Labels.QUEUE,
      Labels.TYPE,
      Labels.OUTCOME),
  /** Time in the queue. */
  JOB_WAIT(
      Kind.TIMER,
      "job.wait",
      null,
      Source.WORKER,
      "Time from a record's arrival in its queue to the start of its handler; for a retry, from"
          + " its return to the queue.",
      Labels.QUEUE),
  /** Attempts begun. */
  JOBS_STARTED(
      Kind.COUNTER,
      "jobs.started",
      null,
      Source.WORKER,
      "Attempts that a slot of the worker took.",
      Labels.QUEUE),
  /** Jobs that ended well. */
  JOBS_SUCCEEDED(
      Kind.COUNTER,
      "jobs.succeeded",
      null,
      Source.WORKER,
      "Jobs that succeeded.",
      Labels.QUEUE,
      Labels.TYPE),
  /** Failed attempts with another to come. */
  JOBS_RETRIED(
      Kind.COUNTER,
      "jobs.retried",
      null,
      Source.WORKER,
      "Attempts that failed and are followed by another.",
      Labels.QUEUE,
      Labels.TYPE),
  /** Jobs that failed for good. */
  JOBS_DEAD_LETTERED(
      Kind.COUNTER,
      "jobs.dead.lettered",
      null,
      Source.WORKER,
      "Jobs that failed for good; those of workflows among them, which go to their workflow.",
      Labels.QUEUE,
      Labels.TYPE),
  /** Jobs that were stopped. */
  JOBS_CANCELLED(
      Kind.COUNTER,
      "jobs.cancelled",
      null,
      Source.WORKER,
      "Jobs that were cancelled, or discarded by their handler.",
      Labels.QUEUE,
      Labels.TYPE),
  /** Time of a settlement. */
  WORKER_SETTLEMENT(
      Kind.TIMER,
      "worker.settlement",
      null,
      Source.WORKER,
      "How long transactions took that put outcomes on the log.",
      Labels.QUEUE),
  /** Size of a settlement. */
  WORKER_SETTLEMENT_JOBS(
      Kind.SIZES,
      "worker.settlement.jobs",
      null,
      Source.WORKER,
      "Outcomes that a transaction put on the log.",
      Labels.QUEUE),
  /** Settlements that did not commit. */
  WORKER_SETTLEMENT_FAILURES(
      Kind.COUNTER,
      "worker.settlement.failures",
      null,
      Source.WORKER,
      "Settlements that were not committed as they were; they are tried again.",
      Labels.QUEUE),
  /** Concurrency. */
  WORKER_SLOTS(
      Kind.GAUGE,
      "worker.slots",
      null,
      Source.WORKER,
      "Jobs that the worker may run at once.",
      Labels.QUEUE),
  /** Slots in use. */
  WORKER_RUNNING_JOBS(
      Kind.GAUGE, "worker.running.jobs", null, Source.WORKER, "Jobs that run now.", Labels.QUEUE),
  /** Jobs in memory. */
  WORKER_BUFFERED_JOBS(
      Kind.GAUGE,
      "worker.buffered.jobs",
      null,
      Source.WORKER,
      "Jobs that the worker has read and not finished, running ones among them.",
      Labels.QUEUE),
  /** Share of the queue. */
  WORKER_PARTITIONS(
      Kind.GAUGE,
      "worker.partitions",
      null,
      Source.WORKER,
      "Partitions, of all lanes, that the worker owns.",
      Labels.QUEUE),
  /** Back pressure. */
  WORKER_PAUSED_PARTITIONS(
      Kind.GAUGE,
      "worker.paused.partitions",
      null,
      Source.WORKER,
      "Partitions that are not read for now: reason `buffer` while enough waits in memory, which"
          + " is normal under load, `metadata` while a commit has no room for what is open.",
      Labels.QUEUE,
      Labels.REASON),
  /** Hung handlers. */
  WORKER_STALLED_PARTITIONS(
      Kind.GAUGE,
      "worker.stalled.partitions",
      null,
      Source.WORKER,
      "Partitions that have had work and no progress for a minute or more.",
      Labels.QUEUE),
  /** Open offsets. */
  WORKER_HOLES(
      Kind.GAUGE,
      "worker.holes",
      null,
      Source.WORKER,
      "Jobs that are not done although later ones of their partition are.",
      Labels.QUEUE),
  /** Room in commits. */
  WORKER_COMMIT_METADATA(
      Kind.HIGHEST,
      "worker.commit.metadata.ratio",
      null,
      Source.WORKER,
      "Of the room for open jobs in a partition's commit, the part in use, from 0 to 1; the"
          + " highest of the worker's partitions.",
      Labels.QUEUE),
  /** Jobs that nobody here can run. */
  WORKER_UNKNOWN_TYPE_JOBS(
      Kind.GAUGE,
      "worker.unknown.type.jobs",
      null,
      Source.WORKER,
      "Jobs that wait because no handler of this worker knows their type.",
      Labels.QUEUE),
  /** Throttling. */
  WORKER_RATE_LIMIT_WAIT(
      Kind.COUNTER,
      "worker.rate.limit.wait",
      Units.SECONDS,
      Source.WORKER,
      "Time in which jobs and a free slot waited for the queue's rate limit.",
      Labels.QUEUE),
  /** Jobs of this process. */
  JOBS_SENT(
      Kind.COUNTER,
      "jobs.sent",
      null,
      Source.CLIENT,
      "Jobs that this process enqueued through the API, and the broker has.",
      Labels.QUEUE),
  /** Jobs of everybody. */
  JOBS_ENQUEUED(
      Kind.COUNTER,
      "jobs.enqueued",
      null,
      Source.ORCHESTRATOR,
      "Jobs that came, whoever sent them; of queues with `tracking: full`.",
      Labels.QUEUE),
  /** Ended attempts. */
  QUEUE_ATTEMPTS(
      Kind.COUNTER,
      "queue.attempts",
      null,
      Source.ORCHESTRATOR,
      "Attempts that ended, as the tracker saw them.",
      Labels.QUEUE),
  /** Failed attempts. */
  QUEUE_FAILED_ATTEMPTS(
      Kind.COUNTER,
      "queue.failed.attempts",
      null,
      Source.ORCHESTRATOR,
      "Attempts that failed, as the tracker saw them.",
      Labels.QUEUE),
  /** Failures of the last minute. */
  ERROR_RATE(
      Kind.HIGHEST,
      "error.rate",
      null,
      Source.ORCHESTRATOR,
      "Of the attempts that ended in the last minute, the part that failed, from 0 to 1; of this"
          + " instance's share of the jobs.",
      Labels.QUEUE),
  /** Open jobs. */
  QUEUE_DEPTH(
      Kind.GAUGE,
      "queue.depth",
      null,
      Source.ORCHESTRATOR,
      "Jobs that have not ended, by state: `queued`, `running`, `scheduled`, `retrying`. Of this"
          + " instance's share: the sum over instances is that of the queue.",
      Labels.QUEUE,
      Labels.STATE),
  /** Age. */
  QUEUE_OLDEST_AGE(
      Kind.HIGHEST,
      "queue.oldest.age",
      Units.SECONDS,
      Source.ORCHESTRATOR,
      "Age of the oldest job in the queue that is not done; 0 without one. One instance tells it.",
      Labels.QUEUE),
  /** Records behind. */
  QUEUE_LAG(
      Kind.GAUGE,
      "queue.lag",
      Units.RECORDS,
      Source.ORCHESTRATOR,
      "Records between what the queue's workers have committed and the end. One instance tells it.",
      Labels.QUEUE),
  /** Members. */
  QUEUE_WORKERS(
      Kind.GAUGE,
      "queue.workers",
      null,
      Source.ORCHESTRATOR,
      "Workers in the queue's group. One instance tells it.",
      Labels.QUEUE),
  /** Paused by an operator. */
  QUEUE_PAUSED(
      Kind.HIGHEST,
      "queue.paused",
      null,
      Source.ORCHESTRATOR,
      "1 while an operator has paused the queue, else 0. One instance tells it.",
      Labels.QUEUE),
  /** The tracker is behind. */
  TRACKER_LAG(
      Kind.HIGHEST,
      "tracker.lag",
      Units.RECORDS,
      Source.ORCHESTRATOR,
      "Records that the tracker has yet to read: while it is high, states of jobs are old. One"
          + " instance tells it."),
  /** Unreadable records. */
  TRACKER_SKIPPED(
      Kind.COUNTER,
      "tracker.skipped",
      Units.RECORDS,
      Source.ORCHESTRATOR,
      "Records that the tracker could not read and left out."),
  /** What holds readers back. */
  TRANSACTION_OPEN_AGE(
      Kind.HIGHEST,
      "transaction.open.age",
      Units.SECONDS,
      Source.ORCHESTRATOR,
      "Age of a transaction that has been open for 10 s or more and holds back the readers of a"
          + " topic, by topic and the transactional id of its owner; at most the 20 oldest. One"
          + " instance tells it.",
      Labels.TOPIC,
      Labels.OWNER),
  /** Runs begun. */
  WORKFLOW_RUNS_STARTED(
      Kind.COUNTER,
      "workflow.runs.started",
      null,
      Source.ORCHESTRATOR,
      "Runs that began.",
      Labels.WORKFLOW),
  /** Runs ended. */
  WORKFLOW_RUN_DURATION(
      Kind.TIMER,
      "workflow.run.duration",
      null,
      Source.ORCHESTRATOR,
      "How long runs took that ended, by the state in which they ended.",
      Labels.WORKFLOW,
      Labels.STATE),
  /** Tasks ended. */
  WORKFLOW_TASK_DURATION(
      Kind.TIMER,
      "workflow.task.duration",
      null,
      Source.ORCHESTRATOR,
      "How long tasks of runs took from their start, retries and waits among it, by the state in"
          + " which they ended.",
      Labels.WORKFLOW,
      Labels.TASK,
      Labels.STATE),
  /** Compensations ended. */
  WORKFLOW_COMPENSATIONS(
      Kind.COUNTER,
      "workflow.compensations",
      null,
      Source.ORCHESTRATOR,
      "Compensations of tasks that ended; outcome `succeeded` or `failed`.",
      Labels.WORKFLOW,
      Labels.TASK,
      Labels.OUTCOME),
  /** Alerts. */
  ALERTS_FIRING(
      Kind.GAUGE,
      "alerts.firing",
      null,
      Source.ORCHESTRATOR,
      "1 for each alert that fires, of those that the orchestrator raises. One instance tells it.",
      Labels.RULE,
      Labels.QUEUE),
  /** What was sent of them. */
  ALERT_NOTIFICATIONS(
      Kind.COUNTER,
      "alert.notifications",
      null,
      Source.ORCHESTRATOR,
      "Alerts that fired or were over of which the webhook was to be told; outcome `delivered`,"
          + " `failed` where it did not take one in spite of retries, `dropped` where too many"
          + " waited.",
      Labels.OUTCOME),
  /** Delayed jobs. */
  SCHEDULER_WAITING_JOBS(
      Kind.GAUGE,
      "scheduler.waiting.jobs",
      null,
      Source.SCHEDULER,
      "Jobs and retries that wait for their time in this instance's stores, about."),
  /** Late jobs. */
  SCHEDULER_LATENESS(
      Kind.TIMER,
      "scheduler.lateness",
      null,
      Source.SCHEDULER,
      "Time between when a delayed job or retry was due and when it was sent to its queue."),
  /** Fires. */
  SCHEDULE_FIRES(
      Kind.COUNTER,
      "schedule.fires",
      null,
      Source.SCHEDULER,
      "Runs that a schedule started.",
      Labels.SCHEDULE),
  /** Late fires. */
  SCHEDULE_LATENESS(
      Kind.TIMER,
      "schedule.lateness",
      null,
      Source.SCHEDULER,
      "Time between a schedule's planned time, its jitter added, and the start of its run.",
      Labels.SCHEDULE),
  /** Times without a run. */
  SCHEDULE_PASSED_OVER(
      Kind.COUNTER,
      "schedule.passed.over",
      null,
      Source.SCHEDULER,
      "Times of a schedule that got no run: reason `misfire` where they were missed, `running`"
          + " where an exclusive run was still under way.",
      Labels.SCHEDULE,
      Labels.REASON),
  /** Readiness. */
  SERVICE_READY(
      Kind.GAUGE,
      "service.ready",
      null,
      Source.SERVICE,
      "1 while the service is ready as /health/ready has it, else 0.",
      Labels.SERVICE);

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

  private final Kind kind;
  private final String meter;
  private final @Nullable String unit;
  private final Source source;
  private final String meaning;

  @SuppressWarnings("ImmutableEnumChecker") // a copy
  private final List<String> labels;

  PlatformMetric(
      Kind kind,
      String meter,
      @Nullable String unit,
      Source source,
      String meaning,
      String... labels) {
    this.kind = kind;
    this.meter = meter;
    this.unit = unit;
    this.source = source;
    this.meaning = meaning;
    this.labels = List.of(labels);
  }

  /** What kind of meter it is. */
  public Kind kind() {
    return kind;
  }

  /** Its name in Micrometer, where words are separated by dots. */
  public String meter() {
    return meter;
  }

  /** Its base unit; null for plain numbers, and for timers, whose unit the registry chooses. */
  public @Nullable String unit() {
    return unit;
  }

  /** Who exports it. */
  public Source source() {
    return source;
  }

  /** What it means, in a sentence. */
  public String meaning() {
    return meaning;
  }

  /** Names of its labels. */
  public List<String> labels() {
    return labels;
  }

  /** Its name in Prometheus; a histogram's has _bucket, _sum and _count behind it there. */
  public String prometheus() {
    String name = meter.replace('.', '_');
    String withUnit =
        kind == Kind.TIMER ? name + "_seconds" : unit == null ? name : name + "_" + unit;
    return kind == Kind.COUNTER ? withUnit + "_total" : withUnit;
  }

  private static final class Units {
    static final String SECONDS = "seconds";
    static final String RECORDS = "records";
  }

  private static final class Labels {
    static final String QUEUE = "queue";
    static final String TYPE = "type";
    static final String OUTCOME = "outcome";
    static final String STATE = "state";
    static final String REASON = "reason";
    static final String TOPIC = "topic";
    static final String OWNER = "owner";
    static final String WORKFLOW = "workflow";
    static final String TASK = "task";
    static final String SCHEDULE = "schedule";
    static final String SERVICE = "service";
    static final String RULE = "rule";
  }
}
