package io.clusterdb.tasks.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.embedded.PlatformHealth.State;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthServerTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private final PlatformHealth health = new PlatformHealth("broker", "registry");
  private final HealthServer server =
      new LoopbackPorts(new Random())
          .open(0, "health", "--port", address -> HealthServer.start(address, health));

  @AfterEach
  void close() {
    server.close();
    client.close();
  }

  @Test
  void isLiveButNotReadyWhileAPartStarts() throws Exception {
    health.watch("broker", () -> State.UP);

    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    HttpResponse<String> ready = get("/health/ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body())
        .isEqualTo("{\"status\":\"down\",\"parts\":{\"broker\":\"up\",\"registry\":\"starting\"}}");
  }

  @Test
  void isReadyWhenAllPartsServe() throws Exception {
    health.watch("broker", () -> State.UP);
    health.watch("registry", () -> State.UP);

    HttpResponse<String> ready = get("/health/ready");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(ready.body())
        .isEqualTo("{\"status\":\"up\",\"parts\":{\"broker\":\"up\",\"registry\":\"up\"}}");
  }

  @Test
  void isNotLiveWhenAPartHasFailed() throws Exception {
    health.watch("broker", () -> State.FAILED);

    assertThat(get("/health/live").statusCode()).isEqualTo(503);
  }

  @Test
  void answersOtherPathsAndMethodsWithAProblem() throws Exception {
    HttpResponse<String> missing = get("/v1/queues");
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.headers().firstValue("Content-Type")).contains("application/problem+json");

    HttpRequest post =
        HttpRequest.newBuilder(uri("/health/live"))
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    HttpResponse<String> refused = client.send(post, HttpResponse.BodyHandlers.ofString());
    assertThat(refused.statusCode()).isEqualTo(405);
    assertThat(refused.headers().firstValue("Allow")).contains("GET, HEAD");
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }
}
