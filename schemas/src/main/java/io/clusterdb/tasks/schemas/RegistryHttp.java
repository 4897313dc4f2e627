package io.clusterdb.tasks.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one of several registries: the one that answered last is asked first, the others when
 * it does not. Connection errors, timeouts, 429 and 5xx are tried again, after a wait, as often as
 * configured; other answers end it. Thread-safe.
 */
final class RegistryHttp implements AutoCloseable {
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SerdeConfig config;
  private final HttpClient client;
  private volatile int preferred;

  RegistryHttp(SerdeConfig config) {
    this.config = config;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(config.connectTimeout())
            .build();
  }

  JsonNode get(String path) {
    return send("GET", path, null);
  }

  JsonNode post(String path, JsonNode body) {
    return send("POST", path, body);
  }

  private JsonNode send(String method, String path, @Nullable JsonNode body) {
    List<URI> urls = config.urls();
    RegistryException last = null;
    try {
      for (int round = 0; round <= config.maxRetries(); round++) {
        if (round > 0) {
          Thread.sleep(config.retryWait().multipliedBy(1L << Math.min(round - 1, 10)));
        }
        int first = preferred;
        for (int i = 0; i < urls.size(); i++) {
          int index = (first + i) % urls.size();
          try {
            JsonNode answer = once(method, URI.create(urls.get(index) + path), body);
            preferred = index;
            return answer;
          } catch (RegistryException e) {
            if (!e.isUnreachable()) {
              throw e;
            }
            last = e;
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RegistryException.unreachable("Interrupted while asking the schema registry", e);
    }
    throw last == null ? RegistryException.unreachable("No schema registry is set", null) : last;
  }

  private JsonNode once(String method, URI uri, @Nullable JsonNode body)
      throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(config.requestTimeout())
            .header("Accept", CONTENT_TYPE + ", application/json")
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()));
    if (body != null) {
      request.header("Content-Type", CONTENT_TYPE);
    }
    config.authorization().ifPresent(value -> request.header("Authorization", value));
    HttpResponse<String> response;
    try {
      response = client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw RegistryException.unreachable(
          "Schema registry unreachable: expected an answer to "
              + method
              + " "
              + uri
              + ", found "
              + e
              + ". Check "
              + SerdeConfig.URL
              + " and that the registry runs.",
          e);
    }
    return answer(method + " " + uri, response);
  }

  private static JsonNode answer(String request, HttpResponse<String> response) {
    int status = response.statusCode();
    JsonNode body = parse(response.body());
    if (status == 200 && body != null) {
      return body;
    }
    String found = status + " " + response.body();
    if (status >= 500 || status == 429) {
      throw RegistryException.unreachable(
          "Schema registry unavailable: " + request + " was answered by " + found, null);
    }
    int code = body == null ? 0 : body.path("error_code").asInt(status);
    throw RegistryException.refused(
        "Schema registry refused: " + request + " was answered by " + found, status, code);
  }

  private static @Nullable JsonNode parse(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }
}
