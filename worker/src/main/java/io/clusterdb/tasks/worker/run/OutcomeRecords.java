package io.clusterdb.tasks.worker.run;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.record.ErrorHistory;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.record.JobRecordWriter;
import io.clusterdb.tasks.record.ReplyTo;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.JobError;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobOutcome;
import io.clusterdb.tasks.schemas.avro.JobState;
import io.clusterdb.tasks.topic.TopicNames;
import io.clusterdb.tasks.trace.TraceContext;
import io.clusterdb.tasks.worker.engine.Cancellations;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt's outcome puts on the log. Called by handlers' threads, so that the owner thread
 * only sends. Thread-safe.
 */
public final class OutcomeRecords {
  /** Largest record that goes to events, dead letters and replies, in bytes. */
  public static final int MAX_RECORD_BYTES = 8 * 1024 * 1024;

  private static final int SHORT_MESSAGE = 200;

  /** Largest result of a handler, as JSON text in characters. */
  public static final int MAX_RESULT = 512 * 1024;

  private final TopicNames names;
  private final PlatformCodec codec;
  private final String queue;
  private final String worker;

  /**
   * Creates a writer of outcomes.
   *
   * @param queue the queue's name
   * @param worker this instance, as events name it
   */
  public OutcomeRecords(TopicNames names, PlatformCodec codec, String queue, String worker) {
    this.names = names;
    this.codec = codec;
    this.queue = queue;
    this.worker = worker;
  }

  /** The handler returned. */
  public Outcome succeeded(
      Attempt attempt,
      JobRecord job,
      @Nullable String result,
      List<ProducerRecord<byte[], byte[]>> enqueued,
      Moment now) {
    JobEvent event = event(attempt, job, JobState.SUCCEEDED, now);
    event.setResult(result);
    List<ProducerRecord<byte[], byte[]>> records;
    if (enqueued.isEmpty() && job.replyTo() == null && !job.freesKey()) {
      records = List.of(record(job, event));
    } else {
      records = new ArrayList<>(enqueued);
      records.add(record(job, event));
      addReply(records, attempt, job, JobState.SUCCEEDED, result, null, now);
    }
    return new Outcome.Done(Outcome.Result.SUCCEEDED, records);
  }

  /** The job is no longer wanted. */
  public Outcome discarded(Attempt attempt, JobRecord job, String reason, Moment now) {
    JobEvent event = event(attempt, job, JobState.CANCELLED, now);
    event.setNote(Failures.of("Discard", reason).message());
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(2);
    records.add(record(job, event));
    addReply(records, attempt, job, JobState.CANCELLED, null, null, now);
    return new Outcome.Done(Outcome.Result.CANCELLED, records);
  }

  /**
   * A command ended the job.
   *
   * @param ran whether its handler ran
   */
  public Outcome cancelled(
      Attempt attempt, JobRecord job, Cancellations.Cancellation command, boolean ran, Moment now) {
    JobEvent event = event(attempt, job, JobState.CANCELLED, now);
    if (!ran) {
      attempt.notRun();
      event.setStartedAt(null);
      event.setDurationMs(null);
    }
    String otherwise = ran ? "cancelled while it ran" : "cancelled before it ran";
    event.setNote(command.reason() == null ? otherwise : command.reason());
    event.setCommandId(command.commandId());
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(2);
    records.add(record(job, event));
    addReply(records, attempt, job, JobState.CANCELLED, null, null, now);
    return new Outcome.Done(Outcome.Result.CANCELLED, records);
  }

  /**
   * The attempt failed, and another one follows by way of the retry topic.
   *
   * @param trace where it failed; null where that is not known
   */
  public Outcome retried(
      Attempt attempt,
      JobRecord job,
      JobFailure failure,
      long delayMs,
      @Nullable String trace,
      Moment now) {
    Map<String, @Nullable String> changes = failureHeaders(attempt, job, failure, now);
    changes.put(JobHeaders.ATTEMPT, Integer.toString(attempt.number() + 1));
    changes.put(JobHeaders.DELAY_MS, Long.toString(delayMs));
    changes.put(JobHeaders.NOT_BEFORE, null);
    String key = job.orderingKey() == null ? job.id() : job.orderingKey();
    return new Outcome.Done(
        Outcome.Result.RETRIED,
        List.of(
            JobRecordWriter.moved(job, names.retry(queue), null, key, changes),
            record(job, retryEvent(attempt, job, failure, delayMs, trace, now))));
  }

  /**
   * The attempt failed, and another one follows in place.
   *
   * @param trace where it failed; null where that is not known
   */
  public Outcome retriedInPlace(
      Attempt attempt,
      JobRecord job,
      JobFailure failure,
      long delayMs,
      @Nullable String trace,
      Moment now) {
    return new Outcome.AgainInPlace(
        attempt.number() + 1,
        delayMs,
        List.of(record(job, retryEvent(attempt, job, failure, delayMs, trace, now))));
  }

  private JobEvent retryEvent(
      Attempt attempt,
      JobRecord job,
      JobFailure failure,
      long delayMs,
      @Nullable String trace,
      Moment now) {
    JobEvent event = event(attempt, job, JobState.RETRYING, now);
    event.setError(error(failure));
    event.setStackTrace(trace);
    event.setNextAttemptAt(now.instant().plusMillis(delayMs));
    return event;
  }

  /**
   * The job is a dead letter.
   *
   * @param reason why there is no further attempt
   * @param trace where it failed; null where that is not known
   * @param deadLetters topic of dead letters
   */
  public Outcome dead(
      Attempt attempt,
      JobRecord job,
      JobFailure failure,
      String reason,
      @Nullable String trace,
      String deadLetters,
      Moment now) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(3);
    // A workflow's spent task goes to its workflow, which decides what that means.
    if (job.replyTo() != ReplyTo.WORKFLOW) {
      Map<String, @Nullable String> changes = failureHeaders(attempt, job, failure, now);
      changes.put(JobHeaders.ATTEMPT, Integer.toString(attempt.number()));
      changes.put(JobHeaders.DELAY_MS, null);
      changes.put(JobHeaders.NOT_BEFORE, null);
      records.add(JobRecordWriter.dead(job, deadLetters, changes));
    }
    JobEvent event = event(attempt, job, JobState.DEAD, now);
    event.setError(error(failure));
    event.setNote(reason);
    event.setStackTrace(trace);
    records.add(record(job, event));
    addReply(records, attempt, job, JobState.DEAD, null, failure, now);
    return new Outcome.Done(Outcome.Result.DEAD, records);
  }

  /** The job's time has not come: it goes where it waits. */
  public Outcome scheduled(Attempt attempt, JobRecord job, Moment now) {
    Map<String, @Nullable String> changes = new LinkedHashMap<>();
    changes.put(JobHeaders.QUEUE, queue);
    changes.put(JobHeaders.ATTEMPT, Integer.toString(attempt.number()));
    changes.put(JobHeaders.DELAY_MS, null);
    changes.put(JobHeaders.NOT_BEFORE, Long.toString(job.notBefore()));
    changes.put(JobHeaders.PRIORITY, priority(attempt, job));
    JobEvent event = event(attempt, job, JobState.SCHEDULED, now);
    event.setStartedAt(null);
    event.setDurationMs(null);
    event.setNextAttemptAt(Instant.ofEpochMilli(job.notBefore()));
    return new Outcome.Done(
        Outcome.Result.MOVED,
        List.of(
            JobRecordWriter.moved(job, names.delayed(), null, job.id(), changes),
            record(job, event)));
  }

  /** The same outcome with as little as possible of the errors in its dead letter. */
  Outcome shortened(Outcome outcome) {
    for (ProducerRecord<byte[], byte[]> record : outcome.records()) {
      String message = HeaderText.of(record.headers(), JobHeaders.ERROR_MESSAGE);
      record.headers().remove(JobHeaders.ERROR_HISTORY);
      if (message != null && message.length() > SHORT_MESSAGE) {
        record
            .headers()
            .remove(JobHeaders.ERROR_MESSAGE)
            .add(
                JobHeaders.ERROR_MESSAGE,
                HeaderText.bytes(message.substring(0, SHORT_MESSAGE) + "..."));
      }
    }
    return outcome;
  }

  /**
   * The same outcome with a dead letter that says where its payload is, which the queue keeps for
   * its retention.
   */
  Outcome withoutPayload(Outcome outcome, ConsumerRecord<byte[], byte[]> at) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (ProducerRecord<byte[], byte[]> record : outcome.records()) {
      if (record.headers().lastHeader(JobHeaders.ERROR_TYPE) == null) {
        records.add(record);
        continue;
      }
      record.headers().remove(JobHeaders.NO_PAYLOAD);
      record.headers().add(JobHeaders.NO_PAYLOAD, HeaderText.bytes("true"));
      record
          .headers()
          .add(
              JobHeaders.PAYLOAD_REF,
              HeaderText.bytes(at.topic() + "/" + at.partition() + "/" + at.offset()));
      records.add(
          new ProducerRecord<>(
              record.topic(), record.partition(), record.key(), new byte[0], record.headers()));
    }
    return new Outcome.Done(Outcome.Result.DEAD, records);
  }

  /** The same outcome with nothing but its event. */
  Outcome eventOnly(Outcome outcome) {
    return new Outcome.Done(
        Outcome.Result.DEAD,
        outcome.records().stream().filter(each -> each.topic().equals(names.events())).toList());
  }

  /** Says that a job runs, and how far it is. */
  public ProducerRecord<byte[], byte[]> running(Attempt attempt, JobRecord job, Moment now) {
    JobEvent event = event(attempt, job, JobState.RUNNING, now);
    event.setDurationMs(null);
    Attempt.Progress progress = attempt.progress();
    if (progress != null) {
      event.setProgress(progress.fraction());
      event.setNote(progress.note());
    }
    return record(job, event);
  }

  private Map<String, @Nullable String> failureHeaders(
      Attempt attempt, JobRecord job, JobFailure failure, Moment now) {
    Map<String, @Nullable String> changes = new LinkedHashMap<>();
    keepTrace(attempt, changes);
    changes.put(JobHeaders.QUEUE, queue);
    changes.put(JobHeaders.PRIORITY, priority(attempt, job));
    changes.put(JobHeaders.ERROR_TYPE, failure.type());
    changes.put(JobHeaders.ERROR_MESSAGE, failure.message());
    changes.put(
        JobHeaders.ERROR_HISTORY,
        ErrorHistory.with(
            job.header(JobHeaders.ERROR_HISTORY),
            attempt.number(),
            now.millis(),
            failure.type(),
            failure.message()));
    changes.put(JobHeaders.FAILED_AT, Long.toString(now.millis()));
    return changes;
  }

  /** A trace that began with this attempt goes on with the next one. */
  private static void keepTrace(Attempt attempt, Map<String, @Nullable String> changes) {
    AttemptSpan traced = attempt.span();
    TraceContext begun = traced == null ? null : traced.begun();
    if (begun != null) {
      changes.put(JobHeaders.TRACEPARENT, begun.parent());
      changes.put(JobHeaders.TRACESTATE, begun.state());
    }
  }

  private static @Nullable String priority(Attempt attempt, JobRecord job) {
    if (job.priority() != Priority.NORMAL) {
      return job.priority().lane();
    }
    return attempt.lane() == Priority.NORMAL ? null : attempt.lane().lane();
  }

  private JobEvent event(Attempt attempt, JobRecord job, JobState state, Moment now) {
    JobEvent event = new JobEvent();
    event.setAt(now.instant());
    event.setJobId(job.id());
    event.setRun(job.run());
    event.setQueue(queue);
    event.setType(job.type());
    event.setState(state);
    event.setAttempt(attempt.number());
    event.setWorker(worker);
    event.setMetadata(Map.of());
    event.setBatchId(job.header(JobHeaders.BATCH_ID));
    if (attempt.maxAttempts() > 0) {
      event.setMaxAttempts(attempt.maxAttempts());
    }
    if (state != JobState.RUNNING) {
      attempt.ended(now.nanos());
    }
    if (attempt.startedAt() > 0) {
      event.setStartedAt(Instant.ofEpochMilli(attempt.startedAt()));
      event.setDurationMs((now.nanos() - attempt.startedNanos()) / 1_000_000);
    }
    event.setCreatedAt(Instant.ofEpochMilli(job.createdAt()));
    String priority = priority(attempt, job);
    if (priority != null) {
      event.setPriority(priority);
    }
    return event;
  }

  private ProducerRecord<byte[], byte[]> record(JobRecord job, JobEvent event) {
    String topic = names.events();
    return new ProducerRecord<>(
        topic, HeaderText.bytes(job.id()), checked(job, codec.encode(topic, event)));
  }

  private static byte[] checked(JobRecord job, byte[] value) {
    if (value.length > MAX_RECORD_BYTES) {
      throw new TasksException(
          ErrorCode.INVALID_RESULT,
          "the event of job %s has %d bytes of at most %d. Return less, or a reference to it."
              .formatted(job.id(), value.length, MAX_RECORD_BYTES));
    }
    return value;
  }

  private void addReply(
      List<ProducerRecord<byte[], byte[]>> records,
      Attempt attempt,
      JobRecord job,
      JobState state,
      @Nullable String result,
      @Nullable JobFailure failure,
      Moment now) {
    if (job.freesKey()) {
      records.add(JobRecordWriter.released(job, names.unique(), queue));
    }
    ReplyTo to = job.replyTo();
    String key = to == null ? null : job.header(JobHeaders.REPLY_KEY);
    if (to == null || key == null) {
      return; // Nobody waits, or nobody can be found who does.
    }
    JobOutcome outcome = new JobOutcome();
    outcome.setAt(now.instant());
    outcome.setReplyKey(key);
    outcome.setJobId(job.id());
    outcome.setRun(job.run());
    outcome.setQueue(queue);
    outcome.setType(job.type());
    outcome.setState(state);
    outcome.setAttempt(attempt.number());
    outcome.setResult(result);
    outcome.setError(failure == null ? null : error(failure));
    String topic = to.topic(names);
    records.add(new ProducerRecord<>(topic, HeaderText.bytes(key), codec.encode(topic, outcome)));
  }

  private static JobError error(JobFailure failure) {
    return new JobError(failure.type(), failure.message());
  }
}
