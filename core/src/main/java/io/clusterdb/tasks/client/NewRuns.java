package io.clusterdb.tasks.client;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Replay;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.codec.Encoded;
import io.clusterdb.tasks.codec.Sealing;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Makes new runs of jobs that ended. Not thread-safe. */
final class NewRuns {
  private final TasksRuntime runtime;
  private final CatalogSnapshot catalog;
  private final LaneTopics lanes;
  private final Ids ids;

  NewRuns(TasksRuntime runtime) {
    this.runtime = runtime;
    this.catalog = runtime.catalog().latest();
    this.lanes = new LaneTopics(runtime.topics(), runtime.catalogWriter()::change);
    this.ids = new Ids(runtime.clock(), SharedRandom.seeded());
  }

  /**
   * A new run of a job.
   *
   * @param record what enqueues it
   */
  record NewRun(String run, ProducerRecord<byte[], byte[]> record) {}

  /**
   * The queue that a job goes to.
   *
   * @param to the one that was named; null for where it comes from
   * @throws TasksException QUEUE_NOT_FOUND, INVALID_RECORD if nothing names one
   */
  Queue target(DeadRecord letter, @Nullable String to) {
    String name = to == null ? letter.queue() : to;
    if (name == null) {
      throw new TasksException(
          ErrorCode.INVALID_RECORD,
          "dead letter %s does not say which queue it comes from. Name one with --to."
              .formatted(letter.id()));
    }
    Queue queue = catalog.queue(name);
    if (queue == null) {
      throw Router.notFound(name, ", to take job " + letter.id());
    }
    return queue;
  }

  /**
   * A new run of a job.
   *
   * @param transform makes its payload; null to keep it
   * @throws TasksException INVALID_PAYLOAD if it has none, or is too large; CANCELLED if the thread
   *     was interrupted meanwhile
   */
  NewRun of(DeadRecord letter, Queue queue, Replay.@Nullable Transform transform) {
    String run = ids.run();
    ProducerRecord<byte[], byte[]> record =
        ReplayRecords.job(
            letter,
            payload(letter, transform, runtime.sealing()),
            runtime.names().queue(queue.name(), lane(letter, queue)),
            run,
            runtime.clock().millis());
    PayloadCheck.checkSize(record);
    return new NewRun(run, record);
  }

  /** Makes the lane that the job goes to, where it is not declared. */
  void ensureTopic(Queue queue, DeadRecord letter) {
    lanes.ensure(queue, lane(letter, queue));
  }

  private static Payload payload(
      DeadRecord letter, Replay.@Nullable Transform transform, Sealing sealing) {
    if (transform == null) {
      if (letter.payloadRef() != null) {
        throw new TasksException(
            ErrorCode.INVALID_PAYLOAD,
            "the payload of job %s is too large for a dead letter, and was left at %s (topic, partition, offset). Read it there with any Kafka client, and enqueue a job with less."
                .formatted(letter.id(), letter.payloadRef()));
      }
      return letter.payload();
    }
    try {
      Payload made = transform.apply(letter.opened(sealing));
      return Sealing.isSealed(letter.payload().contentType())
          ? sealed(letter, made, sealing)
          : made;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TasksException(
          ErrorCode.CANCELLED, "interrupted while a payload was made. Start again.", e);
    } catch (TasksException e) {
      throw e;
    } catch (Exception e) {
      throw new TasksException(
          ErrorCode.INVALID_PAYLOAD,
          "the payload of job %s could not be transformed: %s. The dead letter stays."
              .formatted(letter.id(), e.getMessage() == null ? e.toString() : e.getMessage()),
          e);
    }
  }

  /** What was sealed does not go back in the clear. */
  private static Payload sealed(DeadRecord letter, Payload made, Sealing sealing) {
    Encoded sealed = sealing.seal(new Encoded(made.bytes(), made.contentType()));
    if (sealed.bytes() != null && !Sealing.isSealed(sealed.contentType())) {
      throw new TasksException(
          ErrorCode.INVALID_PAYLOAD,
          "the payload of job %s is sealed, and this process has no key to seal what it is made into. Configure encryption, and replay again."
              .formatted(letter.id()));
    }
    return new Payload(sealed.bytes(), sealed.contentType());
  }

  private static Priority lane(DeadRecord letter, Queue queue) {
    try {
      return queue.ordering() == Ordering.KEY ? Priority.NORMAL : Priority.parse(letter.priority());
    } catch (IllegalArgumentException e) {
      return Priority.NORMAL; // The header may be what made it a dead letter.
    }
  }
}
