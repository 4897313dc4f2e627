package io.clusterdb.tasks.kafka;

import io.clusterdb.tasks.TasksException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/** Sends single records and waits for the brokers. Stateless. */
public final class Acknowledged {
  private Acknowledged() {}

  /**
   * Sends a record and waits until the brokers have it for good.
   *
   * <p>A producer that was just refused something throws that from {@code send} itself instead of
   * failing the future, for as long as it takes to begin anew.
   *
   * @param what what is attempted, as in {@code could not <what>}
   * @param bootstrap addresses that were given for the brokers
   * @return where it is
   * @throws TasksException UNREACHABLE, FORBIDDEN, INVALID_PAYLOAD if it is too large; CANCELLED if
   *     the thread is interrupted
   */
  public static RecordMetadata send(
      Producer<byte[], byte[]> producer,
      ProducerRecord<byte[], byte[]> record,
      String what,
      String bootstrap) {
    try {
      return producer.send(record).get();
    } catch (ExecutionException | InterruptedException | KafkaException e) {
      throw KafkaErrors.of(what, bootstrap, e);
    }
  }
}
