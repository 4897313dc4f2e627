package io.clusterdb.tasks.record;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Unique;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Writes jobs as records. Stateless. */
public final class JobRecordWriter {
  private static final byte[] VERSION = HeaderText.bytes(JobHeaders.LAYOUT_VERSION);
  private static final byte[] FIRST = HeaderText.bytes(1);

  private JobRecordWriter() {}

  /**
   * The record of a new job.
   *
   * @param topic topic of its queue's lane, or of delayed jobs
   * @param queue name of its queue
   * @param createdAt now, in milliseconds since 1970
   * @param value the encoded payload; null for none
   * @param contentType media type of the payload
   */
  public static ProducerRecord<byte[], byte[]> enqueue(
      String topic,
      Job job,
      JobId id,
      String queue,
      long createdAt,
      byte @Nullable [] value,
      String contentType) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(JobHeaders.LAYOUT, VERSION);
    headers.add(JobHeaders.ID, HeaderText.bytes(id.value()));
    headers.add(JobHeaders.RUN, HeaderText.bytes(id.run()));
    headers.add(JobHeaders.TYPE, HeaderText.bytes(job.type()));
    headers.add(JobHeaders.ATTEMPT, FIRST);
    headers.add(JobHeaders.CREATED_AT, HeaderText.bytes(createdAt));
    if (value != null && !contentType.equals(io.clusterdb.tasks.Payload.JSON)) {
      headers.add(JobHeaders.CONTENT_TYPE, HeaderText.bytes(contentType));
    }
    boolean waits = job.schedule() != null;
    if (waits || job.unique() != null) {
      headers.add(JobHeaders.QUEUE, HeaderText.bytes(queue));
    }
    addOptional(headers, job);
    return new ProducerRecord<>(
        topic, null, HeaderText.bytes(recordKey(job, id, queue)), value, headers);
  }

  private static String recordKey(Job job, JobId id, String queue) {
    if (job.unique() != null) {
      return UniqueKeyText.of(queue, job.unique().key());
    }
    // A waiting job is keyed by id, so that the store of waiting jobs can find it.
    return job.key() != null && job.schedule() == null ? job.key() : id.value();
  }

  private static void addUnique(Headers headers, Unique unique) {
    headers.add(JobHeaders.UNIQUE_KEY, HeaderText.bytes(unique.key()));
    headers.add(JobHeaders.UNIQUE_POLICY, HeaderText.bytes(unique.policy().text()));
    headers.add(JobHeaders.UNIQUE_WINDOW_MS, HeaderText.bytes(unique.window().toMillis()));
    if (unique.untilEnd()) {
      headers.add(JobHeaders.UNIQUE_RELEASE, HeaderText.bytes(JobHeaders.UNIQUE_RELEASE_END));
    }
  }

  private static void addOptional(Headers headers, Job job) {
    if (job.key() != null) {
      headers.add(JobHeaders.KEY, HeaderText.bytes(job.key()));
    }
    if (job.priority() != Priority.NORMAL) {
      headers.add(JobHeaders.PRIORITY, HeaderText.bytes(job.priority().lane()));
    }
    if (job.timeout() != null) {
      headers.add(JobHeaders.TIMEOUT_MS, HeaderText.bytes(job.timeout().toMillis()));
    }
    if (job.retry() != null) {
      headers.add(JobHeaders.MAX_ATTEMPTS, HeaderText.bytes(job.retry().maxAttempts()));
      headers.add(JobHeaders.RETRY, HeaderText.bytes(RetryPolicyText.write(job.retry())));
    }
    if (job.unique() != null) {
      addUnique(headers, job.unique());
    }
    if (job.batchId() != null) {
      headers.add(JobHeaders.BATCH_ID, HeaderText.bytes(job.batchId()));
    }
    switch (job.schedule()) {
      case Schedule.After after ->
          headers.add(JobHeaders.DELAY_MS, HeaderText.bytes(after.delay().toMillis()));
      case Schedule.At at ->
          headers.add(JobHeaders.NOT_BEFORE, HeaderText.bytes(at.time().toEpochMilli()));
      case null, default -> {}
    }
    for (Map.Entry<String, String> entry : job.metadata().entrySet()) {
      headers.add(JobHeaders.META_PREFIX + entry.getKey(), HeaderText.bytes(entry.getValue()));
    }
  }

  /** The record that frees the unique key of a job that has ended. */
  public static ProducerRecord<byte[], byte[]> released(JobRecord job, String topic, String queue) {
    String key = UniqueKeyText.of(queue, String.valueOf(job.header(JobHeaders.UNIQUE_KEY)));
    RecordHeaders headers = new RecordHeaders();
    headers.add(JobHeaders.UNIQUE_RELEASED, HeaderText.bytes(job.run()));
    return new ProducerRecord<>(topic, null, HeaderText.bytes(key), null, headers);
  }

  /**
   * A job's record on its way to another topic: the value untouched, every header kept but those in
   * {@code changes}, and the identity spelled out, since its place on the log changes.
   *
   * @param changes headers to set; a null value removes one
   */
  public static ProducerRecord<byte[], byte[]> moved(
      JobRecord job,
      String topic,
      @Nullable Integer partition,
      String key,
      Map<String, @Nullable String> changes) {
    RecordHeaders headers = new RecordHeaders();
    job.headers()
        .forEach(
            header -> {
              if (!changes.containsKey(header.key()) && !isIdentity(header.key())) {
                headers.add(header);
              }
            });
    headers.add(JobHeaders.LAYOUT, VERSION);
    headers.add(JobHeaders.ID, HeaderText.bytes(job.id()));
    headers.add(JobHeaders.RUN, HeaderText.bytes(job.run()));
    headers.add(JobHeaders.TYPE, HeaderText.bytes(job.type()));
    headers.add(JobHeaders.CREATED_AT, HeaderText.bytes(job.createdAt()));
    if (job.orderingKey() != null) {
      headers.add(JobHeaders.KEY, HeaderText.bytes(job.orderingKey()));
    }
    changes.forEach(
        (name, value) -> {
          if (value != null) {
            headers.add(name, HeaderText.bytes(value));
          }
        });
    return new ProducerRecord<>(topic, partition, HeaderText.bytes(key), job.value(), headers);
  }

  /**
   * A job's record on its way to a topic of dead letters, keyed by the job's id and run.
   *
   * @param changes headers to set; a null value removes one
   */
  public static ProducerRecord<byte[], byte[]> dead(
      JobRecord job, String topic, Map<String, @Nullable String> changes) {
    ProducerRecord<byte[], byte[]> record =
        moved(job, topic, null, job.id() + "/" + job.run(), changes);
    if (record.value() != null) {
      return record;
    }
    record.headers().add(JobHeaders.NO_PAYLOAD, HeaderText.bytes("true"));
    return new ProducerRecord<>(topic, null, record.key(), new byte[0], record.headers());
  }

  private static boolean isIdentity(String name) {
    return switch (name) {
      case JobHeaders.LAYOUT,
          JobHeaders.ID,
          JobHeaders.RUN,
          JobHeaders.TYPE,
          JobHeaders.CREATED_AT,
          JobHeaders.KEY ->
          true;
      default -> false;
    };
  }
}
