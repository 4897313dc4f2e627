package io.clusterdb.tasks.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.TasksException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import kafka.server.KafkaConfig;
import org.junit.jupiter.api.Test;

class BrokerSettingsTest {
  @Test
  void areAllKnownToKafka() {
    // Kafka ignores what it does not know, so a misspelt or removed setting would go unseen.
    Set<String> unknown =
        new TreeSet<>(BrokerSettings.of(Path.of("logs"), 1, 2, Map.of(), null).keySet());
    unknown.removeAll(KafkaConfig.configDef().names());

    assertThat(unknown).isEmpty();
  }

  @Test
  void bindAndAdvertiseLoopbackOnly() {
    Map<String, String> settings = BrokerSettings.of(Path.of("logs"), 9092, 9093, Map.of(), null);

    assertThat(settings.get("listeners"))
        .isEqualTo("BROKER://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093");
    assertThat(settings.get("advertised.listeners")).isEqualTo("BROKER://127.0.0.1:9092");
    assertThat(settings.get("controller.quorum.voters")).isEqualTo("1@127.0.0.1:9093");
  }

  @Test
  void giveWayToOverrides() {
    Map<String, String> settings =
        BrokerSettings.of(Path.of("logs"), 1, 2, Map.of("num.io.threads", "9"), null);

    assertThat(settings).containsEntry("num.io.threads", "9");
  }

  @Test
  void refuseOverridesOfTheNodeItselfAllAtOnce() {
    assertThatThrownBy(() -> BrokerSettings.checked(Map.of("node.id", "7", "log.dirs", "/x")))
        .isInstanceOf(TasksException.class)
        .hasMessageContaining("node.id")
        .hasMessageContaining("log.dirs");
  }
}
