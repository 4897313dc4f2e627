package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.embedded.EmbeddedPlatform;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPlatformIT {
  @TempDir Path data;
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void closeClient() {
    client.close();
  }

  @Test
  void servesKafkaHttpAndRegistryOnceItIsStarted() throws Exception {
    try (EmbeddedPlatform platform = free().start()) {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", platform.bootstrap()))) {
        assertThat(admin.describeCluster().nodes().get()).hasSize(1);
      }
      assertThat(status(platform.api().resolve("/health/live"))).isEqualTo(200);
      assertThat(status(platform.api().resolve("/health/ready"))).isEqualTo(200);
      assertThat(status(platform.registry().resolve("/subjects"))).isEqualTo(200);
    }
  }

  @Test
  void namesTheFlagOfEachBusyPortAndLeavesNothingBehind() {
    try (EmbeddedPlatform running = free().start()) {
      int kafka = Integer.parseInt(running.bootstrap().replaceAll(".*:", ""));
      assertBusy(free().dataDir(data).kafkaPort(kafka), "--kafka-port");
      assertBusy(free().dataDir(data).httpPort(running.api().getPort()), "--http-port");
      assertBusy(
          free().dataDir(data).registryPort(running.registry().getPort()), "--registry-port");
    }

    free().dataDir(data).start().close();
  }

  @Test
  void keepsSchemasAndTheirIdsAcrossARestart() throws Exception {
    int id;
    try (EmbeddedPlatform platform = free().dataDir(data).start()) {
      HttpRequest register =
          HttpRequest.newBuilder(platform.registry().resolve("/subjects/orders-value/versions"))
              .header("Content-Type", "application/vnd.schemaregistry.v1+json")
              .POST(HttpRequest.BodyPublishers.ofString("{\"schema\":\"\\\"string\\\"\"}"))
              .build();
      String answer = client.send(register, HttpResponse.BodyHandlers.ofString()).body();
      id = new ObjectMapper().readTree(answer).path("id").asInt();
      assertThat(id).as(answer).isPositive();
    }

    try (EmbeddedPlatform platform = free().dataDir(data).start()) {
      HttpRequest byId =
          HttpRequest.newBuilder(platform.registry().resolve("/schemas/ids/" + id)).build();
      assertThat(client.send(byId, HttpResponse.BodyHandlers.ofString()).body())
          .contains("\\\"string\\\"");
    }
  }

  private static EmbeddedPlatform.Builder free() {
    return EmbeddedPlatform.builder().kafkaPort(0).httpPort(0).registryPort(0);
  }

  private static void assertBusy(EmbeddedPlatform.Builder builder, String flag) {
    assertThatThrownBy(() -> builder.start().close())
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT))
        .hasMessageContaining(flag);
  }

  private int status(URI uri) throws Exception {
    return client
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
