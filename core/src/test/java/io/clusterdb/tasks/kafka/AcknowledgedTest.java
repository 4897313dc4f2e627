package io.clusterdb.tasks.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class AcknowledgedTest {
  private static final ProducerRecord<byte[], byte[]> RECORD =
      new ProducerRecord<>("audit", new byte[1]);

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

  @Test
  void saysWhereTheRecordIs() {
    assertThat(Acknowledged.send(producer, RECORD, "do it", "broker:9092").topic())
        .isEqualTo("audit");
  }

  /** As Kafka's producer does for a moment after it was refused a producer id. */
  @Test
  void aRefusalThatSendThrowsItselfHasItsCode() {
    producer.sendException =
        new KafkaException("in an error state", new ClusterAuthorizationException("no"));

    assertThatThrownBy(() -> Acknowledged.send(producer, RECORD, "do it", "broker:9092"))
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FORBIDDEN))
        .hasMessageContaining("could not do it: Kafka refused (no)");
  }
}
