package io.clusterdb.tasks.worker.run;

import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.record.JobRecordReader;
import io.clusterdb.tasks.record.MalformedJobException;
import io.clusterdb.tasks.topic.TopicNames;
import io.clusterdb.tasks.worker.engine.AttemptEnd;
import io.clusterdb.tasks.worker.engine.Decision;
import io.clusterdb.tasks.worker.engine.RetryStep;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** The outcomes of attempts that fail: another one, a dead letter, or nothing more. Thread-safe. */
final class FailedAttempts {
  private final OutcomeRecords outcomes;
  private final TopicNames names;
  private final Clocks clocks;
  private final RandomGenerator random;

  FailedAttempts(OutcomeRecords outcomes, TopicNames names, Clocks clocks, RandomGenerator random) {
    this.outcomes = outcomes;
    this.names = names;
    this.clocks = clocks;
    this.random = random;
  }

  /**
   * The outcome of an attempt that ended in this way, by the job's policies.
   *
   * @param stackTrace asked where it failed, if that is to be told
   */
  Outcome ended(
      QueuePolicies policies,
      Attempt attempt,
      JobRecord job,
      AttemptEnd end,
      Supplier<@Nullable String> stackTrace) {
    Queue queue = policies.queue();
    DeadLetter rule = queue.deadLetter() == null ? DeadLetter.own() : queue.deadLetter();
    Decision decision =
        RetryStep.decide(policies.retryOf(job), rule, attempt.number(), end, random);
    AttemptSpan traced = attempt.span();
    if (traced != null) {
      traced.failed(failure(decision));
    }
    return switch (decision) {
      case Decision.Retry retry -> again(queue, attempt, job, retry, stackTrace.get());
      case Decision.DeadLetter dead ->
          dead(queue, attempt, job, dead.failure(), dead.reason(), stackTrace.get());
      case Decision.Discard discard ->
          outcomes.discarded(attempt, job, discard.failure().message(), clocks.now());
      case Decision.Succeed success ->
          throw new IllegalStateException("a failed attempt cannot succeed");
    };
  }

  private static JobFailure failure(Decision decision) {
    return switch (decision) {
      case Decision.Retry retry -> retry.failure();
      case Decision.DeadLetter dead -> dead.failure();
      case Decision.Discard discard -> discard.failure();
      case Decision.Succeed success ->
          throw new IllegalStateException("a failed attempt cannot succeed");
    };
  }

  private Outcome again(
      Queue queue, Attempt attempt, JobRecord job, Decision.Retry retry, @Nullable String trace) {
    long delay = retry.delay().toMillis();
    return queue.ordering() == Ordering.KEY
        ? outcomes.retriedInPlace(attempt, job, retry.failure(), delay, trace, clocks.now())
        : outcomes.retried(attempt, job, retry.failure(), delay, trace, clocks.now());
  }

  /** The outcome of a record that is no valid job. */
  Outcome malformed(QueuePolicies policies, Attempt attempt, MalformedJobException error) {
    JobRecord bare = JobRecordReader.bare(attempt.record(), policies.queue().name());
    attempt.prepared(bare, 1, 0, Long.MAX_VALUE);
    JobFailure failure =
        Failures.of(ErrorCode.INVALID_RECORD, "Invalid record: " + error.getMessage());
    return dead(policies.queue(), attempt, bare, failure, "the record is no valid job", null);
  }

  /** The outcome of an attempt, read or not, whose job is a dead letter because of this. */
  Outcome dead(
      QueuePolicies policies, JobRecordReader reader, Attempt attempt, JobFailure failure) {
    JobRecord job = attempt.job();
    if (job == null) {
      job = read(policies, reader, attempt);
      attempt.prepared(job, policies.attemptsOf(policies.retryOf(job)), 0, 0);
    }
    return dead(policies.queue(), attempt, job, failure, failure.message(), null);
  }

  private static JobRecord read(QueuePolicies policies, JobRecordReader reader, Attempt attempt) {
    try {
      return reader.read(attempt.record());
    } catch (MalformedJobException e) {
      return JobRecordReader.bare(attempt.record(), policies.queue().name());
    }
  }

  private Outcome dead(
      Queue queue,
      Attempt attempt,
      JobRecord job,
      JobFailure failure,
      String reason,
      @Nullable String trace) {
    String topic = names.deadLetters(queue);
    return outcomes.dead(attempt, job, failure, reason, trace, topic, clocks.now());
  }

  /** A dead letter that says why an outcome was refused, as short as the last resort asks. */
  Outcome unsettled(
      QueuePolicies policies,
      JobRecordReader reader,
      Attempt attempt,
      Exception reason,
      Resort resort) {
    JobFailure failure =
        Failures.of(
            "SettlementFailed",
            ownFailure(attempt)
                + "The broker refused what this attempt was to write: "
                + rootOf(reason).getMessage()
                + ". Check the sizes and topics that its handler writes.");
    Outcome dead = dead(policies, reader, attempt, failure);
    return switch (resort) {
      case DEAD_LETTER -> dead;
      case SHORT_DEAD_LETTER -> outcomes.shortened(dead);
      case POINTER_DEAD_LETTER ->
          outcomes.withoutPayload(outcomes.shortened(dead), attempt.record());
      case EVENT_ONLY -> outcomes.eventOnly(dead);
    };
  }

  /** How the attempt itself had failed, which is what people look for first. */
  private static String ownFailure(Attempt attempt) {
    String known = attempt.ownFailure();
    if (known != null) {
      return known;
    }
    String found = "";
    Outcome refused = attempt.outcomeOrNull();
    for (ProducerRecord<byte[], byte[]> record :
        refused == null ? List.<ProducerRecord<byte[], byte[]>>of() : refused.records()) {
      String type = HeaderText.of(record.headers(), JobHeaders.ERROR_TYPE);
      if (type != null) {
        found =
            "The attempt had failed with "
                + type
                + ": "
                + HeaderText.of(record.headers(), JobHeaders.ERROR_MESSAGE)
                + ". ";
      }
    }
    attempt.ownFailure(found);
    return found;
  }

  private static Throwable rootOf(Throwable error) {
    Throwable root = error;
    for (int depth = 0; root.getCause() != null && depth < 20; depth++) {
      root = root.getCause();
    }
    return root;
  }
}
