package io.clusterdb.tasks.streams;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A producer that says what commits take, takes a round trip out of them, and leaves out of them
 * what brokers know already, or cannot know any more ({@link ThreadOffsets}).
 *
 * <p>Kafka Streams flushes before each commit and waits for what it sent, then sends the offsets
 * and waits for that, then ends the transaction, which waits for everything again. Here the first
 * wait is left to the last: what was sent goes out while the offsets do. Nothing is committed
 * unless all of it arrived: a record that failed fails the end of its transaction. Where no end
 * follows a flush, as on closing after an error, the transaction is aborted, and nothing was owed.
 * So offsets may be there before the changelogs' records are, and who takes a task over has to have
 * the transaction ended first ({@link FencedFirst}).
 */
final class TimedProducer extends KafkaProducer<byte[], byte[]> {
  private final CommitTimes times;
  private final ThreadLocal<TaskInputs> inputs;
  private final boolean transactional;

  TimedProducer(Map<String, Object> settings, CommitTimes times, ThreadLocal<TaskInputs> inputs) {
    super(settings, new ByteArraySerializer(), new ByteArraySerializer());
    this.times = times;
    this.inputs = inputs;
    this.transactional = settings.get(ProducerConfig.TRANSACTIONAL_ID_CONFIG) != null;
  }

  @Override
  public void flush() {
    times.begun();
    if (transactional) {
      var unused = Thread.ofVirtual().name("flush").start(super::flush);
    } else {
      super.flush(); // Nothing later waits for it.
    }
  }

  @Override
  public void sendOffsetsToTransaction(
      Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
    super.sendOffsetsToTransaction(inputs.get().toSend(offsets), group);
  }

  @Override
  public void commitTransaction() {
    super.commitTransaction();
    inputs.get().offsets().committed();
    times.ended();
  }
}
