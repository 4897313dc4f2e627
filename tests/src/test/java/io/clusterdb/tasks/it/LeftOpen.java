package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A transaction with one record that an instance has begun which then died. */
final class LeftOpen implements AutoCloseable {
  /** The longest timeout that brokers allow. */
  private static final String LATE = "900000";

  private final String id;
  private final TopicPartition partition;
  private final KafkaProducer<byte[], byte[]> producer;

  private LeftOpen(String id, TopicPartition partition, KafkaProducer<byte[], byte[]> producer) {
    this.id = id;
    this.partition = partition;
    this.producer = producer;
  }

  /** Begins it on the brokers of these settings. */
  static LeftOpen begin(Map<String, ?> client, String id, TopicPartition partition)
      throws Exception {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put("transactional.id", id);
    settings.put("transaction.timeout.ms", LATE);
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    LeftOpen open = new LeftOpen(id, partition, producer);
    producer.initTransactions();
    producer.beginTransaction();
    producer
        .send(new ProducerRecord<>(partition.topic(), partition.partition(), null, new byte[] {1}))
        .get();
    return open;
  }

  /** Its transactional id. */
  String id() {
    return id;
  }

  /** How many records of its partition readers of what is committed cannot get to yet. */
  long heldBack(Admin admin) throws Exception {
    return end(admin, IsolationLevel.READ_UNCOMMITTED) - end(admin, IsolationLevel.READ_COMMITTED);
  }

  /** Waits until readers get past it, and sees that it cannot be committed any more. */
  void awaitEnded(Admin admin, Duration limit) {
    await().atMost(limit).until(() -> heldBack(admin) == 0);
    assertEnded();
  }

  /** Another has ended it, so that it cannot be committed any more. */
  void assertEnded() {
    assertThatThrownBy(producer::commitTransaction)
        .isInstanceOfAny(
            ProducerFencedException.class,
            InvalidProducerEpochException.class,
            InvalidTxnStateException.class);
  }

  /** Ends it as its owner. */
  void abort() {
    producer.abortTransaction();
  }

  private long end(Admin admin, IsolationLevel level) throws Exception {
    return admin
        .listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(level))
        .partitionResult(partition)
        .get()
        .offset();
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
