package io.clusterdb.tasks.scheduler.topology;

import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.record.JobRecordReader;
import io.clusterdb.tasks.record.MalformedJobException;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Reads records that come into the scheduler. Stateless. */
final class JobIntake {
  /** The type of a job that names none does not matter here. */
  private static final JobRecordReader READER = new JobRecordReader("unknown");

  private JobIntake() {}

  /**
   * A record as a job.
   *
   * @throws MalformedJobException if a header is not what it must be
   */
  static JobRecord read(Record<byte[], byte[]> record, RecordMetadata at)
      throws MalformedJobException {
    return READER.read(
        new ConsumerRecord<>(
            at.topic(),
            at.partition(),
            at.offset(),
            record.timestamp(),
            TimestampType.LOG_APPEND_TIME,
            ConsumerRecord.NULL_SIZE,
            ConsumerRecord.NULL_SIZE,
            record.key(),
            record.value(),
            record.headers(),
            Optional.empty()));
  }

  /** The queue that a record names; null for none. */
  static @Nullable String queueOf(Headers headers) {
    return HeaderText.of(headers, JobHeaders.QUEUE);
  }

  /**
   * A job on its way: its identity is spelled out, since its place on the log changes, and its wait
   * is left out, since it is told apart from the job from here on.
   */
  static WaitingJob waiting(JobRecord job, String queue) {
    RecordHeaders headers = new RecordHeaders();
    for (Header header : job.headers()) {
      String name = header.key();
      if (!name.equals(JobHeaders.DELAY_MS) && !name.equals(JobHeaders.NOT_BEFORE)) {
        headers.add(header);
      }
    }
    addIfAbsent(headers, JobHeaders.ID, job.id());
    addIfAbsent(headers, JobHeaders.RUN, job.run());
    addIfAbsent(headers, JobHeaders.QUEUE, queue);
    addIfAbsent(headers, JobHeaders.CREATED_AT, Long.toString(job.createdAt()));
    if (job.orderingKey() != null) {
      addIfAbsent(headers, JobHeaders.KEY, job.orderingKey());
    }
    return new WaitingJob(headers, job.value());
  }

  /** Headers less those of one name. */
  static RecordHeaders without(Headers headers, String name) {
    RecordHeaders rest = new RecordHeaders();
    for (Header header : headers) {
      if (!header.key().equals(name)) {
        rest.add(header);
      }
    }
    return rest;
  }

  private static void addIfAbsent(Headers headers, String name, String text) {
    if (headers.lastHeader(name) == null) {
      headers.add(name, HeaderText.bytes(text));
    }
  }
}
