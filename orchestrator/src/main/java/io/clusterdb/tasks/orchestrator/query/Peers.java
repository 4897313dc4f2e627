package io.clusterdb.tasks.orchestrator.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.codec.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

/** Asks other instances. Thread-safe. */
public final class Peers implements AutoCloseable {
  /** Header of what an instance asks for a caller; who gets it passes it on no more. */
  public static final String FORWARDED = "Tasks-Forwarded";

  private static final Duration CONNECT = Duration.ofSeconds(1);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();
  private final Map<HostInfo, String> strangers = new ConcurrentHashMap<>();
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

  /**
   * Why an instance could not be asked though it answers: its certificate is not trusted here.
   *
   * @return null if none of these is such a stranger
   */
  @Nullable String stranger(Collection<HostInfo> hosts) {
    return hosts.stream().map(strangers::get).filter(Objects::nonNull).findFirst().orElse(null);
  }

  /** Says what is wrong with an instance's certificate, and what to do. */
  public static String distrust(String instance, SSLException e) {
    return "the certificate of the instance at %s is not trusted here (%s). Give the JVM of each instance a trust store with the certificates of all (-Djavax.net.ssl.trustStore); each must list its IP address"
        .formatted(instance, e.getMessage());
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
    HttpResponse<byte[]> response;
    try {
      response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      strangers.remove(host);
    } catch (SSLException e) {
      strangers.put(host, distrust(host.host() + ":" + host.port(), e));
      throw e;
    }
    return new Said(response.statusCode(), Json.mapper().readTree(response.body()));
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
