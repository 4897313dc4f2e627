package io.clusterdb.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TasksConfigTest {
  private final TasksConfig config = TasksConfig.of("localhost:9092");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "acks",
        "isolation.level",
        "enable.idempotence",
        "transactional.id",
        "group.id",
        "auto.offset.reset",
        "enable.auto.commit",
        "value.serializer",
        "partitioner.class",
        "main.consumer.isolation.level",
        "producer.acks",
        "processing.guarantee"
      })
  void refusesPropertiesThatTheGuaranteesStandOn(String key) {
    assertThatThrownBy(() -> config.kafkaProperties(Map.of(key, "x", "client.rack", "a")))
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG))
        .hasMessageContaining("found " + key + " (")
        .hasMessageNotContaining("client.rack");
  }

  @Test
  void takesWhatAClusterAsksFor() {
    Map<String, String> asked =
        Map.of("security.protocol", "SASL_SSL", "sasl.mechanism", "PLAIN", "client.rack", "a");
    assertThat(config.kafkaProperties(asked).kafkaProperties()).isEqualTo(asked);
  }
}
