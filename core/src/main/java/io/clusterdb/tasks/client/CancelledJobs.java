package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.kafka.KafkaErrors;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.record.JobRecordReader;
import io.clusterdb.tasks.record.JobRecordWriter;
import io.clusterdb.tasks.record.MalformedJobException;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Finds the record of a job that was cancelled: in its queue's lanes, or where it waited for its
 * time, from when it was enqueued on. Used by one thread.
 */
final class CancelledJobs {
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration ANSWER = Duration.ofSeconds(20);

  /** How far the clocks of producers and brokers may differ. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  private final TasksRuntime runtime;

  CancelledJobs(TasksRuntime runtime) {
    this.runtime = runtime;
  }

  /**
   * The job's record, with its identity spelled out.
   *
   * @param end the event of its cancellation
   * @throws TasksException JOB_NOT_FOUND if it is no longer on the log; CONFLICT if a later run of
   *     the job is
   */
  DeadRecord find(Queue queue, JobEvent end) {
    Map<TopicPartition, Long> starts = starts(queue, end);
    Search search = new Search(queue, end);
    if (!starts.isEmpty()) {
      read(starts, search);
    }
    if (search.later) {
      throw new TasksException(
          ErrorCode.CONFLICT,
          "job %s was enqueued or retried again after it was cancelled. See 'tasks events --job %s'."
              .formatted(end.getJobId(), end.getJobId()));
    }
    JobRecord found = search.found;
    if (found == null) {
      throw new TasksException(
          ErrorCode.JOB_NOT_FOUND,
          "job %s was cancelled, and its record is no longer on the log: queue %s keeps what is done for %s, and what waited for its time is kept elsewhere. Enqueue it again."
              .formatted(end.getJobId(), queue.name(), Durations.format(queue.retention())));
    }
    return record(found, queue);
  }

  private void read(Map<TopicPartition, Long> starts, Search search) {
    List<TopicPartition> partitions = List.copyOf(starts.keySet());
    try (LogReader reader = new LogReader(runtime, "cancelled jobs", partitions)) {
      Map<TopicPartition, Long> ends = reader.ends();
      starts.forEach(reader::to);
      while (!reader.reached(ends)) {
        reader.poll(POLL).forEach(search::look);
      }
    }
  }

  private Map<TopicPartition, Long> starts(Queue queue, JobEvent end) {
    List<String> topics = new ArrayList<>();
    for (Priority lane : Priority.values()) {
      topics.add(runtime.names().queue(queue.name(), lane));
    }
    topics.add(runtime.names().delayed());
    Instant created = end.getCreatedAt() == null ? Instant.EPOCH : end.getCreatedAt();
    long from = Math.max(0, created.minus(SKEW).toEpochMilli());
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    runtime
        .topics()
        .partitions(topics)
        .forEach(
            (topic, count) -> {
              for (int i = 0; i < count; i++) {
                asked.put(new TopicPartition(topic, i), OffsetSpec.forTimestamp(from));
              }
            });
    Map<TopicPartition, Long> starts = new HashMap<>();
    try {
      for (Map.Entry<TopicPartition, ListOffsetsResultInfo> each :
          runtime
              .admin()
              .listOffsets(asked)
              .all()
              .get(ANSWER.toSeconds(), TimeUnit.SECONDS)
              .entrySet()) {
        if (each.getValue().offset() >= 0) {
          starts.put(each.getKey(), each.getValue().offset());
        }
      }
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      throw KafkaErrors.of("find cancelled jobs", runtime.config().bootstrap(), e);
    }
    return starts;
  }

  /** What was found so far. */
  private static final class Search {
    private final JobRecordReader reader;
    private final JobEvent end;
    private @Nullable JobRecord found;
    private boolean later;

    private Search(Queue queue, JobEvent end) {
      String type = queue.defaultType();
      this.reader = new JobRecordReader(type == null ? queue.name() : type);
      this.end = end;
    }

    private void look(ConsumerRecord<byte[], byte[]> record) {
      try {
        JobRecord job = reader.read(record);
        if (!job.id().equals(end.getJobId())) {
          return;
        }
        if (job.run().equals(end.getRun())) {
          found = job;
        } else if (record.timestamp() > end.getAt().toEpochMilli()) {
          later = true;
        }
      } catch (MalformedJobException e) {
        // Not what is looked for: that one was read before.
      }
    }
  }

  private static DeadRecord record(JobRecord job, Queue queue) {
    ProducerRecord<byte[], byte[]> record =
        JobRecordWriter.dead(job, "", Map.of(JobHeaders.QUEUE, queue.name()));
    return new DeadRecord(
        new ConsumerRecord<>(
            record.topic(),
            0,
            0,
            job.createdAt(),
            TimestampType.CREATE_TIME,
            0,
            0,
            record.key(),
            record.value(),
            record.headers(),
            Optional.empty()));
  }
}
