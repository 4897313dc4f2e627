package io.clusterdb.tasks.orchestrator.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.codec.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

/** Asks other instances. Thread-safe. */
public final class Peers implements AutoCloseable {
  /** Header of what an instance asks for a caller; who gets it passes it on no more. */
  public static final String FORWARDED = "Tasks-Forwarded";

  private static final Duration CONNECT = Duration.ofSeconds(1);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();
  private final String scheme;
  private final @Nullable String token;

  /**
   * Creates it.
   *
   * @param scheme {@code http} or {@code https}, the same for all instances
   * @param token that all instances ask for; null for none
   */
  public Peers(String scheme, @Nullable String token) {
    this.scheme = scheme;
    this.token = token;
  }

  /** What another instance said. */
  public record Said(int status, JsonNode body) {}

  /**
   * Asks an instance.
   *
   * @param path with its query, encoded
   * @throws IOException if it does not answer in time
   */
  public Said get(HostInfo host, String path, Duration limit)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("%s://%s:%d%s".formatted(scheme, host.host(), host.port(), path)))
            .timeout(limit)
            .header(FORWARDED, "1");
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    HttpResponse<byte[]> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    return new Said(response.statusCode(), Json.mapper().readTree(response.body()));
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
