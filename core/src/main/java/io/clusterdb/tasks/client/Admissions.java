package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Admission;
import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Unique;
import io.clusterdb.tasks.client.Replies.Expected;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.schemas.avro.UniqueAdmission;
import io.clusterdb.tasks.schemas.avro.UniqueDecision;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Enqueues unique jobs and hears whether they were admitted. Thread-safe. */
final class Admissions {
  /** After this an answer is no longer expected; a caller's transaction takes less. */
  private static final Duration LONGEST = Duration.ofMinutes(15);

  private final JobSender sender;
  private final JobRecords records;
  private final ReplyListener replies;

  Admissions(JobSender sender, JobRecords records, ReplyListener replies) {
    this.sender = sender;
    this.records = records;
    this.replies = replies;
  }

  CompletableFuture<Admission> enqueue(Job job) {
    Unique unique = unique(job);
    return Async.get(() -> replies.expect(UniqueAdmission.class, read -> admission(unique, read)))
        .thenCompose(
            expected ->
                limited(
                    expected,
                    sender
                        .send(job, headers -> headers.add(replyTo(expected)))
                        .thenCompose(id -> expected.result())));
  }

  CompletableFuture<Admission> enqueue(Job job, Producer<byte[], byte[]> producer) {
    Unique unique = unique(job);
    Expected<Admission> expected =
        replies.expect(UniqueAdmission.class, read -> admission(unique, read));
    try {
      ProducerRecord<byte[], byte[]> record = records.prepare(job).record();
      record.headers().add(replyTo(expected));
      var unused = producer.send(record);
      return limited(expected, expected.result());
    } catch (RuntimeException e) {
      replies.forget(expected.replyKey());
      throw e;
    }
  }

  Admission await(Job job, Duration wait) {
    CompletableFuture<Admission> answer = enqueue(job);
    try {
      return answer.get(wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      answer.cancel(false);
      throw new TasksException(
          ErrorCode.WAIT_TIMEOUT,
          "nobody said within %s whether a job of type %s was admitted. It is decided yet when a scheduler runs: start one, or look at the job's events."
              .formatted(Durations.format(wait), job.type()),
          e);
    } catch (ExecutionException | InterruptedException e) {
      throw sender.failed(job, e);
    }
  }

  private CompletableFuture<Admission> limited(
      Expected<Admission> expected, CompletableFuture<Admission> answer) {
    return answer
        .orTimeout(LONGEST.toSeconds(), TimeUnit.SECONDS)
        .whenComplete((admission, error) -> replies.forget(expected.replyKey()));
  }

  private static Unique unique(Job job) {
    Unique unique = job.unique();
    if (unique == null) {
      throw new TasksException(
          ErrorCode.INVALID_JOB,
          "expected a job with a unique key, found one of type %s without. Give it uniqueKey(...), or enqueue it plainly."
              .formatted(job.type()));
    }
    return unique;
  }

  private static org.apache.kafka.common.header.Header replyTo(Expected<Admission> expected) {
    return new org.apache.kafka.common.header.internals.RecordHeader(
        JobHeaders.UNIQUE_REPLY_KEY, HeaderText.bytes(expected.replyKey()));
  }

  private static Admission admission(Unique unique, UniqueAdmission read) {
    JobId job = new JobId(read.getJobId(), read.getRun());
    JobId other = other(read);
    if (read.getDecision() == UniqueDecision.ADMITTED || other == null) {
      return new Admission.Admitted(job, other, read.getUntil());
    }
    if (unique.policy() == Unique.Policy.REJECT) {
      throw new TasksException(
          ErrorCode.CONFLICT,
          "unique key %s is held by job %s, at the longest until %s; job %s was not admitted. Wait for that one, or choose another key."
              .formatted(unique.key(), other, read.getUntil(), job));
    }
    return new Admission.Held(job, other, read.getUntil());
  }

  private static @Nullable JobId other(UniqueAdmission read) {
    String id = read.getOtherId();
    String run = read.getOtherRun();
    return id == null || run == null ? null : new JobId(id, run);
  }
}
