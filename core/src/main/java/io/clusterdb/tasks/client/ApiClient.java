package io.clusterdb.tasks.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogView;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Calls the platform's HTTP API, at the configured address or else where the catalog says that it
 * is. An instance that has gone is looked for once more, since another may have taken its place.
 * Thread-safe.
 */
public final class ApiClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /**
   * Calls under way at a time, apart from those that wait for news: each takes a connection, so
   * that callers without a bound would open thousands to an API that is slow for a moment, and keep
   * it slow.
   */
  private static final int MAX_UNDER_WAY = 256;

  private final HttpConfig config;
  private final CatalogView catalog;
  private final Semaphore turns = new Semaphore(MAX_UNDER_WAY, true);
  private final Lazy<HttpClient> http = new Lazy<>(ApiClient::client, HttpClient::shutdownNow);

  ApiClient(HttpConfig config, CatalogView catalog) {
    this.config = config;
    this.catalog = catalog;
  }

  private static HttpClient client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(CONNECT)
        .executor(
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("tasks-api-", 0).factory()))
        .build();
  }

  /**
   * Calls and waits for the answer.
   *
   * @return the answer's JSON; a missing node if there is none
   * @throws TasksException with the code of the API's problem document; UNREACHABLE if nothing
   *     answers or no API is announced; FORBIDDEN for a wrong token
   */
  public JsonNode call(ApiRequest request) {
    if (request.waits()) {
      return callNow(request);
    }
    takeTurn(request);
    try {
      return callNow(request);
    } finally {
      turns.release();
    }
  }

  private void takeTurn(ApiRequest request) {
    try {
      if (!turns.tryAcquire(request.within().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new TasksException(
            ErrorCode.UNREACHABLE,
            "the HTTP API is slow: %d calls of this process wait for it, and this one got no turn in %d s. Ask less often, or start more orchestrators."
                .formatted(MAX_UNDER_WAY, request.within().toSeconds()));
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static TasksException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new TasksException(
        ErrorCode.CANCELLED, "the thread was interrupted while it waited for the API.", e);
  }

  private JsonNode callNow(ApiRequest request) {
    URI address = address(false);
    try {
      return send(address, request);
    } catch (ConnectException e) {
      URI other = address(true);
      if (other.equals(address)) {
        throw unreachable(address, e);
      }
      return retry(other, request);
    } catch (IOException e) {
      throw unreachable(address, e);
    }
  }

  /** As {@link #call}, without blocking. */
  public CompletableFuture<JsonNode> callAsync(ApiRequest request) {
    return Async.get(() -> call(request));
  }

  private JsonNode retry(URI address, ApiRequest request) {
    try {
      return send(address, request);
    } catch (IOException e) {
      throw unreachable(address, e);
    }
  }

  private JsonNode send(URI address, ApiRequest request) throws IOException {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(address.toString() + request.target()))
            .timeout(request.within())
            .header("Accept", "application/json");
    JsonNode body = request.body();
    if (body != null) {
      builder.header("Content-Type", "application/json");
    }
    String token = config.shown();
    if (token != null) {
      builder.header("Authorization", "Bearer " + token);
    }
    builder.method(
        request.method(),
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()));
    try {
      return ApiAnswers.read(address, http.get().send(builder.build(), BodyHandlers.ofByteArray()));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private URI address(boolean again) {
    String url = config.url();
    if (url == null) {
      String known = again ? null : catalog.current().endpoints().api();
      url = known == null ? catalog.latest().endpoints().api() : known;
    }
    if (url == null) {
      throw new TasksException(
          ErrorCode.UNREACHABLE,
          "expected an HTTP API, and the catalog names none. Start `tasks orchestrator`, or say"
              + " where it is with http.url (--api).");
    }
    return URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
  }

  private static TasksException unreachable(URI address, IOException e) {
    if (e instanceof SSLException) {
      return new TasksException(
          ErrorCode.UNREACHABLE,
          "the HTTP API at %s is not trusted here (%s). Give this JVM a trust store with its certificate (-Djavax.net.ssl.trustStore), which must list the name or IP address that is asked; and ask by https:// only where it serves that."
              .formatted(address, describe(e)),
          e);
    }
    String why =
        e instanceof HttpTimeoutException
            ? "did not answer in time"
            : "cannot be reached (" + describe(e) + ")";
    return new TasksException(
        ErrorCode.UNREACHABLE,
        "the HTTP API at %s %s. Check that an orchestrator runs and that this machine may connect."
            .formatted(address, why),
        e);
  }

  private static String describe(IOException e) {
    @Nullable String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  @Override
  public void close() {
    http.close();
  }
}
