package io.clusterdb.tasks.embedded.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Requests over HTTP, each on a virtual thread; whatever goes wrong is answered as JSON. */
final class HttpFrontend implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpFrontend.class);
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  static final int MAX_BODY_BYTES = 1024 * 1024;

  private final ObjectMapper json = new ObjectMapper();
  private final HttpServer server;
  private final Routes routes;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  /** Serves what the routes say; takes the server over. */
  HttpFrontend(HttpServer server, Routes routes) {
    this.server = server;
    this.routes = routes;
    server.createContext("/", this::handle);
    server.setExecutor(executor);
    server.start();
  }

  private record Answer(int status, Object body) {}

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer = answer(exchange);
      byte[] bytes = json.writeValueAsBytes(answer.body());
      exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
      exchange.sendResponseHeaders(answer.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private Answer answer(HttpExchange exchange) throws IOException {
    try {
      String body = body(exchange);
      Request request = Request.of(exchange.getRequestMethod(), exchange.getRequestURI(), body);
      return new Answer(200, routes.answer(request));
    } catch (RegistryError e) {
      return new Answer(e.status(), error(e.code(), e.getMessage()));
    } catch (RuntimeException e) {
      log.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
      return new Answer(500, error(500, "Internal error: " + e));
    }
  }

  private static Map<String, Object> error(int code, String message) {
    return Map.of("error_code", code, "message", message);
  }

  private static String body(HttpExchange exchange) throws IOException {
    byte[] bytes = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
    if (bytes.length > MAX_BODY_BYTES) {
      throw RegistryError.http(
          413, "Expected a request of at most " + MAX_BODY_BYTES + " bytes, found a longer one");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
