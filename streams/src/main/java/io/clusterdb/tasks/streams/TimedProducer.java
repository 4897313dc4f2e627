package io.clusterdb.tasks.streams;

import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A producer that says what commits take: flushing what was sent, and ending the transaction. */
final class TimedProducer extends KafkaProducer<byte[], byte[]> {
  private final CommitTimes times;

  TimedProducer(Map<String, Object> settings, CommitTimes times) {
    super(settings, new ByteArraySerializer(), new ByteArraySerializer());
    this.times = times;
  }

  @Override
  public void flush() {
    times.begun();
    super.flush();
  }

  @Override
  public void commitTransaction() {
    super.commitTransaction();
    times.ended();
  }
}
