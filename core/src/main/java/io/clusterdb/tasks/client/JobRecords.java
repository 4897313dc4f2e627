package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobId;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Turns jobs into records, with all checks of an enqueue: routing by type, the queue's existence
 * and depth, the payload's type, schema and size. Thread-safe.
 */
public interface JobRecords {
  /**
   * The record that enqueues a job.
   *
   * @throws io.clusterdb.tasks.TasksException QUEUE_NOT_FOUND, QUEUE_FULL, INVALID_PAYLOAD,
   *     INVALID_JOB
   */
  Prepared prepare(Job job);

  /**
   * As {@link #prepare(Job)}, for a caller that waits for the outcome under this key in the topic
   * of replies.
   */
  Prepared prepare(Job job, @Nullable String replyKey);

  /**
   * A job as a record.
   *
   * @param id the job and its run
   * @param record where it goes and what it is
   */
  record Prepared(JobId id, ProducerRecord<byte[], byte[]> record) {}
}
