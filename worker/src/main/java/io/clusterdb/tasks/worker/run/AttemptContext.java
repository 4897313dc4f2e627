package io.clusterdb.tasks.worker.run;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobContext;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobInfo;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.client.JobRecords;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.trace.TraceContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a handler sees of its attempt. */
final class AttemptContext implements JobContext {
  private final Attempt attempt;
  private final JobRecord job;
  private final JobRecords records;
  private final String queue;
  private final List<ProducerRecord<byte[], byte[]>> enqueued = new ArrayList<>(0);
  private @Nullable JobInfo info;

  AttemptContext(Attempt attempt, JobRecord job, JobRecords records, String queue) {
    this.attempt = attempt;
    this.job = job;
    this.records = records;
    this.queue = queue;
  }

  @Override
  public synchronized JobInfo job() {
    JobInfo known = info;
    if (known == null) {
      known =
          new JobInfo(
              job.id(),
              job.run(),
              job.type(),
              queue,
              job.orderingKey(),
              job.priority(),
              attempt.number(),
              attempt.maxAttempts(),
              Instant.ofEpochMilli(job.createdAt()),
              job.header(JobHeaders.BATCH_ID),
              job.metadata());
      info = known;
    }
    return known;
  }

  @Override
  public Payload payload() {
    return new Payload(job.value(), job.contentType());
  }

  @Override
  public Optional<String> header(String name) {
    AttemptSpan traced = attempt.span();
    TraceContext own = traced == null ? null : traced.context();
    if (own != null && name.equals(JobHeaders.TRACEPARENT)) {
      return Optional.of(own.parent());
    }
    if (own != null && name.equals(JobHeaders.TRACESTATE)) {
      return Optional.ofNullable(own.state());
    }
    return Optional.ofNullable(job.header(name));
  }

  @Override
  public Optional<Instant> deadline() {
    return attempt.timeoutMs() == 0
        ? Optional.empty()
        : Optional.of(Instant.ofEpochMilli(attempt.startedAt() + attempt.timeoutMs()));
  }

  @Override
  public long fencingToken() {
    return attempt.tenure().fencingToken();
  }

  @Override
  public void progress(double fraction, @Nullable String note) {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException("expected progress from 0 to 1, found " + fraction);
    }
    attempt.progress(new Attempt.Progress(fraction, note));
  }

  @Override
  public JobId enqueue(Job next) {
    JobRecords.Prepared prepared = records.prepare(next);
    synchronized (enqueued) {
      enqueued.add(prepared.record());
    }
    return prepared.id();
  }

  List<ProducerRecord<byte[], byte[]>> enqueued() {
    synchronized (enqueued) {
      return enqueued.isEmpty() ? List.of() : List.copyOf(enqueued);
    }
  }

  @Override
  public boolean cancelled() {
    return attempt.cancelled();
  }

  @Override
  public Logger logger() {
    return LoggerFactory.getLogger("io.clusterdb.tasks.job." + job.type());
  }
}
