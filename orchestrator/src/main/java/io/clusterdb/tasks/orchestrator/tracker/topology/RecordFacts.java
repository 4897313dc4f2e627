package io.clusterdb.tasks.orchestrator.tracker.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tracking;
import io.clusterdb.tasks.orchestrator.tracker.engine.Execution;
import io.clusterdb.tasks.orchestrator.tracker.engine.Fact;
import io.clusterdb.tasks.orchestrator.tracker.engine.Limits;
import io.clusterdb.tasks.orchestrator.tracker.engine.Place;
import io.clusterdb.tasks.orchestrator.tracker.engine.Place.Source;
import io.clusterdb.tasks.orchestrator.tracker.engine.Stage;
import io.clusterdb.tasks.orchestrator.tracker.engine.Standing;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackedTopics.Topic;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.record.JobRecord;
import io.clusterdb.tasks.record.JobRecordReader;
import io.clusterdb.tasks.record.MalformedJobException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Reads what a job's record says of the job. Used by one thread. */
final class RecordFacts {
  private static final String UNKNOWN = "unknown";

  private final QueueCatalog queues;
  private final Map<String, JobRecordReader> readers = new HashMap<>();

  RecordFacts(QueueCatalog queues) {
    this.queues = queues;
  }

  /** The fact; null where there is nothing to tell. */
  @Nullable Fact of(ConsumerRecord<byte[], byte[]> record, Topic topic, Source source) {
    if (record.value() == null && source == Source.DEAD_LETTERS) {
      return removed(record, topic);
    }
    JobRecord job = read(record, topic);
    String queue = queueOf(job, topic, source);
    if (source == Source.DELAYED && !full(queue)) {
      return null;
    }
    return switch (source) {
      case DEAD_LETTERS -> dead(job, queue, source);
      case DELAYED -> fact(job, queue, source, Stage.WAITING, job.appendedAt(), null);
      case HIGH, NORMAL, LOW, EVENTS ->
          fact(
              job,
              queue,
              source,
              job.notBefore() > job.appendedAt() ? Stage.POSTPONED : Stage.QUEUED,
              job.appendedAt(),
              null);
    };
  }

  private boolean full(String name) {
    Queue queue = queues.find(name);
    return queue == null || queue.tracking() == Tracking.FULL;
  }

  private JobRecord read(ConsumerRecord<byte[], byte[]> record, Topic topic) {
    String type =
        topic.queue() == null
            ? UNKNOWN
            : topic.queue().defaultType() == null
                ? topic.queue().name()
                : topic.queue().defaultType();
    try {
      return readers.computeIfAbsent(type, JobRecordReader::new).read(record);
    } catch (MalformedJobException e) {
      return JobRecordReader.bare(record, type); // its worker makes it a dead letter of this id
    }
  }

  private String queueOf(JobRecord job, Topic topic, Source source) {
    if (source != Source.DELAYED && source != Source.DEAD_LETTERS && topic.queue() != null) {
      return topic.queue().name();
    }
    String named = job.header(JobHeaders.QUEUE);
    if (named == null && topic.queue() != null) {
      return topic.queue().name();
    }
    return queues.current().queueOf(named, job.type());
  }

  private static Fact dead(JobRecord job, String queue, Source source) {
    String error = job.header(JobHeaders.ERROR_TYPE);
    Execution execution =
        error == null
            ? null
            : new Execution(
                0,
                -1,
                null,
                Limits.name(error),
                Limits.message(job.header(JobHeaders.ERROR_MESSAGE)),
                null,
                false,
                -1,
                null);
    return fact(job, queue, source, Stage.DEAD, failedAt(job), execution);
  }

  private static long failedAt(JobRecord job) {
    String text = job.header(JobHeaders.FAILED_AT);
    try {
      return text == null ? job.appendedAt() : Math.max(0, Long.parseLong(text));
    } catch (NumberFormatException e) {
      return job.appendedAt();
    }
  }

  private static Fact fact(
      JobRecord job,
      String queue,
      Source source,
      Stage stage,
      long at,
      @Nullable Execution execution) {
    return new Fact(
        Limits.name(job.id()),
        Limits.name(job.run()),
        new Standing(
            stage,
            job.attempt(),
            Math.max(0, at),
            new Place(source, job.partition(), job.offset())),
        Limits.name(queue),
        Limits.name(job.type()),
        lane(job, source),
        Math.max(0, job.createdAt()),
        job.maxAttempts(),
        job.notBefore(),
        execution,
        Limits.metadata(job.metadata()),
        job.header(JobHeaders.BATCH_ID) == null
            ? null
            : Limits.name(job.header(JobHeaders.BATCH_ID)),
        false);
  }

  private static Priority lane(JobRecord job, Source source) {
    return switch (source) {
      case HIGH -> Priority.HIGH;
      case LOW -> Priority.LOW;
      case NORMAL, DELAYED, DEAD_LETTERS, EVENTS -> job.priority();
    };
  }

  /** A tombstone's key is all that is left of a dead letter. */
  private static @Nullable Fact removed(ConsumerRecord<byte[], byte[]> record, Topic topic) {
    String key = record.key() == null ? "" : new String(record.key(), UTF_8);
    int slash = key.lastIndexOf('/');
    if (slash <= 0) {
      return null;
    }
    return new Fact(
        Limits.name(key.substring(0, slash)),
        Limits.name(key.substring(slash + 1)),
        new Standing(
            Stage.DEAD,
            0,
            Math.max(0, record.timestamp()),
            new Place(Source.DEAD_LETTERS, record.partition(), record.offset())),
        topic.queue() == null ? "" : topic.queue().name(),
        "",
        Priority.NORMAL,
        0,
        0,
        0,
        null,
        Map.of(),
        null,
        true);
  }
}
