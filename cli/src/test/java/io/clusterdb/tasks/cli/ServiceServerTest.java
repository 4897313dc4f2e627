package io.clusterdb.tasks.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.http.HealthResource.Report;
import io.clusterdb.tasks.http.HttpServer;
import io.clusterdb.tasks.http.ServiceRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParameterException;

class ServiceServerTest {
  private static final HttpConfig FREE = HttpConfig.DEFAULT.listen("127.0.0.1:0");
  private static final Map<String, Object> PARTS =
      Map.of("restoring", List.of(Map.of("store", "due", "restored", 5)));

  private final AtomicBoolean ready = new AtomicBoolean();

  @Test
  void saysWhetherAServiceIsReadyAndElseWhy() throws Exception {
    try (ServiceRegistry metrics = new ServiceRegistry();
        HttpServer server = ServiceServer.start(FREE, metrics.registry(), this::report)) {
      HttpResponse<String> before = get(server, "/health/ready");
      assertThat(before.statusCode()).isEqualTo(503);
      assertThat(before.body())
          .contains("\"status\":\"down\"")
          .contains("\"store\":\"due\"")
          .contains("\"restored\":5")
          .contains("\"reason\":\"stores are read back\"");
      assertThat(get(server, "/health/live").statusCode()).isEqualTo(200);
      assertThat(HealthProbe.well(server.address() + "/health/ready")).isFalse();
      ready.set(true);
      assertThat(HealthProbe.well(server.address() + "/health/ready")).isTrue();
      assertThat(get(server, "/health/ready").body()).doesNotContain("reason");
    }
  }

  @Test
  void servesMetricsToWhoShowsTheToken() throws Exception {
    try (ServiceRegistry metrics = new ServiceRegistry();
        HttpServer open = ServiceServer.start(FREE, metrics.registry(), this::report);
        HttpServer guarded =
            ServiceServer.start(FREE.token("secret"), metrics.registry(), this::report)) {
      assertThat(get(open, "/metrics").body()).contains("jvm_memory_used_bytes");
      assertThat(get(guarded, "/metrics").statusCode()).isEqualTo(401);
      assertThat(get(guarded, "/health/live").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void anAddressThatIsNoneIsRefused() {
    assertThatThrownBy(() -> ServiceServer.checked(null, "--listen", "8090"))
        .isInstanceOfAny(ParameterException.class, IllegalStateException.class);
    assertThat(ServiceServer.checked(null, "--listen", "[::1]:0")).isEqualTo("[::1]:0");
  }

  @Test
  void aProbeOfNothingIsNotWell() {
    assertThat(HealthProbe.well("http://127.0.0.1:1/health/ready")).isFalse();
    assertThat(HealthProbe.well("nonsense")).isFalse();
  }

  private Report report() {
    boolean now = ready.get();
    return new Report(true, now, PARTS, now ? null : "stores are read back");
  }

  private static HttpResponse<String> get(HttpServer server, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(server.address() + path)).build(),
          BodyHandlers.ofString());
    }
  }
}
