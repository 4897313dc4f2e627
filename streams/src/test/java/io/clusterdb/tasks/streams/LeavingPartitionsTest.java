package io.clusterdb.tasks.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LeavingPartitionsTest {
  private static final TopicPartition DELAYED = new TopicPartition("tasks.delayed", 0);
  private static final TopicPartition UNIQUE = new TopicPartition("tasks.unique", 0);

  private final TaskInputs inputs = new TaskInputs(topic -> false);
  private final List<String> told = new ArrayList<>();
  private final LeavingPartitions listener =
      new LeavingPartitions(
          new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
              told.add("revoked " + partitions + ", sends " + commit().size());
            }

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
              told.add("assigned " + partitions);
            }

            @Override
            public void onPartitionsLost(Collection<TopicPartition> partitions) {
              told.add("lost " + partitions);
            }
          },
          inputs);

  @Test
  void whatGoesIsForgottenAfterItsLastCommit() {
    listener.onPartitionsAssigned(List.of(DELAYED, UNIQUE));
    assertThat(commit()).hasSize(2);
    listener.onPartitionsRevoked(List.of(DELAYED, UNIQUE));
    assertThat(told)
        .as("it is known while Kafka Streams commits a last time: one goes along for the check")
        .containsExactly(
            "assigned [tasks.delayed-0, tasks.unique-0]",
            "revoked [tasks.delayed-0, tasks.unique-0], sends 1");
    assertThat(commit()).as("another may have read on there").hasSize(2);
  }

  @Test
  void whatIsLostIsForgotten() {
    commit();
    listener.onPartitionsLost(List.of(DELAYED, UNIQUE));
    assertThat(told).containsExactly("lost [tasks.delayed-0, tasks.unique-0]");
    assertThat(commit()).hasSize(2);
  }

  private Map<TopicPartition, OffsetAndMetadata> commit() {
    Map<TopicPartition, OffsetAndMetadata> sent =
        inputs.toSend(Map.of(DELAYED, new OffsetAndMetadata(7), UNIQUE, new OffsetAndMetadata(9)));
    inputs.offsets().committed();
    return sent;
  }
}
