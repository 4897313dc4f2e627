package io.clusterdb.tasks.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class SettlerTest {
  private static final Settler.Batch NOTHING =
      new Settler.Batch(List.of(), List.of(), Set.of(), Map.of());

  private final List<MockProducer<byte[], byte[]>> made = new ArrayList<>();

  @Test
  void whoseNameAnotherWorkerHasTakenDoesNotTakeItBackWhateverItIsAskedForMeanwhile() {
    try (Admin unused = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:1"));
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest")) {
      Settler settler =
          new Settler(
              new SettleProducer(this::producer),
              new Takeovers(unused, "group"),
              consumer::groupMetadata,
              () -> true,
              (attempt, reason, resort) -> {});
      assertThat(settler.settle(NOTHING, new ArrayList<>())).isEqualTo(Settler.End.COMMITTED);
      assertThat(settler.nameTaken()).isFalse();
      made.getFirst().fenceProducer();
      assertThat(settler.settle(NOTHING, new ArrayList<>())).isEqualTo(Settler.End.STALE);
      assertThat(settler.nameTaken()).isTrue();
      assertThat(settler.settle(NOTHING, new ArrayList<>()))
          .as("at its end")
          .isEqualTo(Settler.End.STALE);
      assertThat(made).as("another one would fence that of the other worker").hasSize(1);
    }
  }

  private MockProducer<byte[], byte[]> producer() {
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(
            true,
            new RoundRobinPartitioner(),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    made.add(producer);
    return producer;
  }
}
