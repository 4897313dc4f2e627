package io.clusterdb.tasks.orchestrator.lease;

import io.clusterdb.tasks.http.Answer;
import io.clusterdb.tasks.orchestrator.query.Peers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Passes calls on to other instances, and their answers back as they are. Thread-safe. */
public final class LeasePeers implements AutoCloseable {
  /** Header of what an instance passes on; who gets it passes it on no more. */
  static final String FORWARDED = Peers.FORWARDED;

  private static final Duration CONNECT = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(25);

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
  public LeasePeers(String scheme, @Nullable String token) {
    this.scheme = scheme;
    this.token = token;
  }

  /**
   * Passes a POST on.
   *
   * @param instance {@code host:port}
   * @param target path and query, encoded
   * @param wait how long the call itself may wait there
   * @throws java.net.ConnectException if nothing listens there, so that nothing has happened
   * @throws IOException if it is not known what has happened
   */
  Answer post(String instance, String target, byte[] body, Duration wait)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(scheme + "://" + instance + target))
            .timeout(LIMIT.plus(wait))
            .header(FORWARDED, "1")
            .POST(BodyPublishers.ofByteArray(body));
    if (body.length > 0) {
      request.header("Content-Type", "application/json");
    }
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    HttpResponse<byte[]> said = client.send(request.build(), BodyHandlers.ofByteArray());
    String type = said.headers().firstValue("Content-Type").orElse("application/json");
    return Answer.bytes(said.statusCode(), type, said.body());
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
