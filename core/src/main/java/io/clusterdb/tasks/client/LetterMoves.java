package io.clusterdb.tasks.client;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.kafka.KafkaErrors;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;

/**
 * Moves dead letters away in transactions that are bounded in records, bytes and time. Whoever
 * moves letters of a topic takes the same transactional id, so that the last one to start is the
 * only one. Not thread-safe.
 */
final class LetterMoves implements AutoCloseable {
  private static final int MOST_RECORDS = 400;
  private static final long MOST_BYTES = 4 << 20;

  /** A fraction of the transaction's timeout, since what reads on meanwhile may find nothing. */
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String topic;
  private final String bootstrap;
  private final Producer<byte[], byte[]> producer;
  private int records;
  private long bytes;
  private long begunAt;

  /** Fences who moved letters of this topic; what that one has moved is gone from here on. */
  LetterMoves(TasksRuntime runtime, String topic) {
    this.topic = topic;
    this.bootstrap = runtime.config().bootstrap();
    this.producer =
        runtime
            .clients()
            .producer(ClientSettings.replayProducer(runtime.names().replayTransactionalId(topic)));
    try {
      tryTo(producer::initTransactions);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Adds a record to the open transaction, or to a new one. */
  void add(ProducerRecord<byte[], byte[]> record) {
    tryTo(
        () -> {
          if (records == 0) {
            producer.beginTransaction();
            begunAt = System.nanoTime();
          }
          records++;
          var unused = producer.send(record);
        });
    bytes += record.value() == null ? 0 : record.value().length;
  }

  /** Whether it is time to commit. */
  boolean isDue() {
    return records >= MOST_RECORDS
        || bytes >= MOST_BYTES
        || (records > 0 && System.nanoTime() - begunAt > LONGEST_NANOS);
  }

  /** Makes all that was added true. */
  void commit() {
    if (records > 0) {
      tryTo(producer::commitTransaction);
      records = 0;
      bytes = 0;
    }
  }

  /** Aborts what is open. */
  @Override
  public void close() {
    producer.close(Duration.ofSeconds(1));
  }

  private void tryTo(Runnable step) {
    try {
      step.run();
    } catch (KafkaException e) {
      Throwable cause = KafkaErrors.unwrap(e);
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        throw new TasksException(
            ErrorCode.CONFLICT,
            "another replay or purge of %s took over. What is not done yet is where it was; start again if the other one stopped."
                .formatted(topic),
            e);
      }
      throw KafkaErrors.of("move dead letters", bootstrap, e);
    }
  }
}
