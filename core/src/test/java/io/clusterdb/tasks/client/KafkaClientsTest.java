package io.clusterdb.tasks.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.TasksConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaClientsTest {
  private final KafkaClients clients =
      new KafkaClients(
          TasksConfig.of("localhost:9092")
              .kafkaProperties(Map.of("client.id", "team", "linger.ms", "7")));

  @Test
  void theUsersPropertiesWin() {
    assertThat(clients.properties(Map.of("linger.ms", 5, "retries", 3)))
        .containsEntry("linger.ms", "7")
        .containsEntry("retries", 3)
        .containsEntry("client.id", "team")
        .containsEntry("bootstrap.servers", "localhost:9092");
  }

  @Test
  void membersOfGroupsKeepTheIdsThatTheyAreToldApartBy() {
    assertThat(clients.properties(Map.of("client.id", "tasks.worker.mails.one")))
        .containsEntry("client.id", "tasks.worker.mails.one");
    assertThat(clients.properties(Map.of("client.id", "")))
        .as("one that Kafka Streams makes")
        .containsEntry("client.id", "");
  }
}
