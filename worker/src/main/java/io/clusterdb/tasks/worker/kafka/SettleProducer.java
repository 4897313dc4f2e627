package io.clusterdb.tasks.worker.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The transactional producer of the owner thread, made anew when a transaction's end is in doubt.
 * One transaction at a time.
 */
final class SettleProducer {
  private static final int COMMIT_TRIES = 3;

  private final Supplier<Producer<byte[], byte[]>> factory;
  private @Nullable Producer<byte[], byte[]> producer;
  private volatile @Nullable Exception sendError;

  SettleProducer(Supplier<Producer<byte[], byte[]>> factory) {
    this.factory = factory;
  }

  /**
   * Makes the producer ready; ends what an earlier one of the same id left open.
   *
   * @throws KafkaException if the broker does not answer in time; to be tried again
   */
  void ready() {
    if (producer == null) {
      Producer<byte[], byte[]> fresh = factory.get();
      try {
        fresh.initTransactions();
      } catch (RuntimeException e) {
        fresh.close(Duration.ZERO);
        throw e;
      }
      producer = fresh;
    }
  }

  /** Begins a transaction. */
  void begin() {
    sendError = null;
    open().beginTransaction();
  }

  /** Sends a record in it; an error is thrown here or by {@link #commit}. */
  @SuppressWarnings("FutureReturnValueIgnored") // the callback keeps the first error
  void send(ProducerRecord<byte[], byte[]> record) {
    open()
        .send(
            record,
            (metadata, error) -> {
              if (error != null && sendError == null) {
                sendError = error;
              }
            });
  }

  /**
   * Commits it with these offsets.
   *
   * @throws InDoubtException if it may have been committed or not
   * @throws KafkaException if it was not, and is to be aborted
   */
  void commit(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
    try {
      open().sendOffsetsToTransaction(offsets, group);
    } catch (KafkaException e) {
      throw preferSendError(e);
    }
    for (int tries = 1; ; tries++) {
      try {
        open().commitTransaction();
        return;
      } catch (TimeoutException e) {
        if (tries == COMMIT_TRIES) {
          throw new InDoubtException(e);
        }
      } catch (ProducerFencedException
          | InvalidProducerEpochException
          | OutOfOrderSequenceException e) {
        throw new InDoubtException(e);
      } catch (KafkaException e) {
        throw preferSendError(e);
      }
    }
  }

  private KafkaException preferSendError(KafkaException thrown) {
    Exception first = sendError;
    if (isFenced(thrown)) {
      return new InDoubtException(thrown);
    }
    return first instanceof KafkaException kafka && !isFenced(kafka) ? kafka : thrown;
  }

  /** Whether another producer with the same transactional id has come since. */
  static boolean isFenced(Throwable error) {
    for (Throwable e = error; e != null; e = e.getCause()) {
      if (e instanceof ProducerFencedException
          || e instanceof InvalidProducerEpochException
          || e instanceof OutOfOrderSequenceException) {
        return true;
      }
    }
    return false;
  }

  /**
   * Aborts it.
   *
   * @throws InDoubtException if that failed, so that the producer has to be made anew
   */
  void abort() {
    try {
      open().abortTransaction();
    } catch (KafkaException e) {
      throw new InDoubtException(e);
    }
  }

  /** Throws the producer away; {@link #ready} makes another, which ends what this one left. */
  void discard() {
    Producer<byte[], byte[]> old = producer;
    producer = null;
    if (old != null) {
      old.close(Duration.ZERO);
    }
  }

  private Producer<byte[], byte[]> open() {
    if (producer == null) {
      throw new IllegalStateException("the producer is not ready");
    }
    return producer;
  }

  /** Ends it, waiting this long at most. */
  void close(Duration most) {
    Producer<byte[], byte[]> old = producer;
    producer = null;
    if (old != null) {
      old.close(most);
    }
  }

  /** Nobody here knows whether a transaction was committed. */
  static final class InDoubtException extends KafkaException {
    private static final long serialVersionUID = 1L;

    InDoubtException(Throwable cause) {
      super("the end of a transaction is in doubt: " + cause.getMessage(), cause);
    }
  }
}
