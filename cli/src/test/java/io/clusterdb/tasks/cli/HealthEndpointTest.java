package io.clusterdb.tasks.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.TasksException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class HealthEndpointTest {
  private final AtomicBoolean ready = new AtomicBoolean();

  @Test
  void saysWhetherAServiceIsReadyAndWhatItDoesMeanwhile() throws Exception {
    try (HealthEndpoint endpoint =
        HealthEndpoint.start(
            "127.0.0.1:0",
            ready::get,
            () -> true,
            () -> Map.of("restoring", List.of(Map.of("store", "due", "restored", 5))))) {
      HttpResponse<String> before = get(endpoint, "/health/ready");
      assertThat(before.statusCode()).isEqualTo(503);
      assertThat(before.body())
          .contains("\"status\":\"down\"")
          .contains("\"store\":\"due\"")
          .contains("\"restored\":5");
      assertThat(get(endpoint, "/health/live").statusCode()).isEqualTo(200);
      assertThat(HealthProbe.well(endpoint.address() + "/health/ready")).isFalse();
      ready.set(true);
      assertThat(HealthProbe.well(endpoint.address() + "/health/ready")).isTrue();
      assertThat(get(endpoint, "/health/ready").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void anAddressThatIsNoneIsRefused() {
    assertThatThrownBy(() -> HealthEndpoint.start("8090", ready::get, ready::get))
        .isInstanceOf(TasksException.class)
        .hasMessageContaining("--http expects HOST:PORT")
        .hasMessageContaining("\"8090\"");
  }

  @Test
  void aProbeOfNothingIsNotWell() {
    assertThat(HealthProbe.well("http://127.0.0.1:1/health/ready")).isFalse();
    assertThat(HealthProbe.well("nonsense")).isFalse();
  }

  private static HttpResponse<String> get(HealthEndpoint endpoint, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(endpoint.address() + path)).build(),
          BodyHandlers.ofString());
    }
  }
}
