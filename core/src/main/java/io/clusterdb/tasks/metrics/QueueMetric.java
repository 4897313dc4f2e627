package io.clusterdb.tasks.metrics;

/** What is measured of queues, of their jobs and of the tracker that follows them. */
public enum QueueMetric implements PlatformMetric {
  /** Jobs of this process. */
  JOBS_SENT(
      MetricSpec.of(
          Kind.COUNTER,
          Source.CLIENT,
          "jobs.sent",
          "Jobs that this process enqueued through the API, and the broker has.",
          "queue")),
  /** Jobs of everybody. */
  JOBS_ENQUEUED(
      MetricSpec.of(
          Kind.COUNTER,
          Source.ORCHESTRATOR,
          "jobs.enqueued",
          "Jobs that came, whoever sent them; of queues with `tracking: full`.",
          "queue")),
  /** Ended attempts. */
  QUEUE_ATTEMPTS(
      MetricSpec.of(
          Kind.COUNTER,
          Source.ORCHESTRATOR,
          "queue.attempts",
          "Attempts that ended, as the tracker saw them.",
          "queue")),
  /** Failed attempts. */
  QUEUE_FAILED_ATTEMPTS(
      MetricSpec.of(
          Kind.COUNTER,
          Source.ORCHESTRATOR,
          "queue.failed.attempts",
          "Attempts that failed, as the tracker saw them.",
          "queue")),
  /** Failures of the last minute. */
  ERROR_RATE(
      MetricSpec.of(
          Kind.HIGHEST,
          Source.ORCHESTRATOR,
          "error.rate",
          "Of the attempts that ended in the last minute, the part that failed, from 0 to 1; of"
              + " this instance's share of the jobs.",
          "queue")),
  /** Open jobs. */
  QUEUE_DEPTH(
      MetricSpec.of(
          Kind.GAUGE,
          Source.ORCHESTRATOR,
          "queue.depth",
          "Jobs that have not ended, by state: `queued`, `running`, `scheduled`, `retrying`. Of"
              + " this instance's share: the sum over instances is that of the queue.",
          "queue",
          "state")),
  /** Age. */
  QUEUE_OLDEST_AGE(
      MetricSpec.of(
              Kind.HIGHEST,
              Source.ORCHESTRATOR,
              "queue.oldest.age",
              "Age of the oldest job in the queue that is not done; 0 without one. One instance"
                  + " tells it.",
              "queue")
          .in("seconds")),
  /** Records behind. */
  QUEUE_LAG(
      MetricSpec.of(
              Kind.GAUGE,
              Source.ORCHESTRATOR,
              "queue.lag",
              "Records between what the queue's workers have committed and the end. One instance"
                  + " tells it.",
              "queue")
          .in("records")),
  /** Members. */
  QUEUE_WORKERS(
      MetricSpec.of(
          Kind.GAUGE,
          Source.ORCHESTRATOR,
          "queue.workers",
          "Workers in the queue's group. One instance tells it.",
          "queue")),
  /** Paused by an operator. */
  QUEUE_PAUSED(
      MetricSpec.of(
          Kind.HIGHEST,
          Source.ORCHESTRATOR,
          "queue.paused",
          "1 while an operator has paused the queue, else 0. One instance tells it.",
          "queue")),
  /** The tracker is behind. */
  TRACKER_LAG(
      MetricSpec.of(
              Kind.HIGHEST,
              Source.ORCHESTRATOR,
              "tracker.lag",
              "Records that the tracker has yet to read: while it is high, states of jobs are old."
                  + " One instance tells it.")
          .in("records")),
  /** Unreadable records. */
  TRACKER_SKIPPED(
      MetricSpec.of(
              Kind.COUNTER,
              Source.ORCHESTRATOR,
              "tracker.skipped",
              "Records that the tracker could not read and left out.")
          .in("records")),
  /** What holds readers back. */
  TRANSACTION_OPEN_AGE(
      MetricSpec.of(
              Kind.HIGHEST,
              Source.ORCHESTRATOR,
              "transaction.open.age",
              "Age of a transaction that has been open for 10 s or more and holds back the readers"
                  + " of a topic, by topic and the transactional id of its owner; at most the 20"
                  + " oldest. One instance tells it.",
              "topic",
              "owner")
          .in("seconds"));

  @SuppressWarnings("ImmutableEnumChecker") // a record of copies
  private final MetricSpec spec;

  QueueMetric(MetricSpec spec) {
    this.spec = spec;
  }

  @Override
  public MetricSpec spec() {
    return spec;
  }
}
