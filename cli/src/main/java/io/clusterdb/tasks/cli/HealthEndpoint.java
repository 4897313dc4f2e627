package io.clusterdb.tasks.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.codec.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Answers {@code /health/live} and {@code /health/ready} of a service. Thread-safe. */
final class HealthEndpoint implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private HealthEndpoint(HttpServer server) {
    this.server = server;
  }

  /**
   * Serves at this {@code host:port}.
   *
   * @throws TasksException INVALID_CONFIG if that is none, or cannot be had
   */
  static HealthEndpoint start(String address, BooleanSupplier ready, BooleanSupplier live) {
    return start(address, ready, live, Map::of);
  }

  /**
   * As {@link #start(String, BooleanSupplier, BooleanSupplier)}, with more to tell.
   *
   * @param more further fields of the documents
   */
  static HealthEndpoint start(
      String address,
      BooleanSupplier ready,
      BooleanSupplier live,
      Supplier<? extends Map<String, ?>> more) {
    HealthEndpoint endpoint = new HealthEndpoint(bind(address));
    endpoint.server.createContext("/health/ready", exchange -> answer(exchange, ready, more));
    endpoint.server.createContext("/health/live", exchange -> answer(exchange, live, more));
    endpoint.server.setExecutor(endpoint.threads);
    endpoint.server.start();
    return endpoint;
  }

  /** Where it is served. */
  String address() {
    InetSocketAddress at = server.getAddress();
    return "http://" + at.getHostString() + ":" + at.getPort();
  }

  private static HttpServer bind(String address) {
    int colon = address.lastIndexOf(':');
    try {
      String host = address.substring(0, colon);
      return HttpServer.create(
          new InetSocketAddress(host, Integer.parseInt(address.substring(colon + 1))), 0);
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new TasksException(
          ErrorCode.INVALID_CONFIG,
          "--http expects HOST:PORT, such as 127.0.0.1:8090, found \"" + address + "\".",
          e);
    } catch (IOException e) {
      throw new TasksException(
          ErrorCode.INVALID_CONFIG,
          "%s cannot be listened on (%s). Choose another address with --http."
              .formatted(address, e.getMessage()),
          e);
    }
  }

  private static void answer(
      HttpExchange exchange, BooleanSupplier well, Supplier<? extends Map<String, ?>> more)
      throws IOException {
    try (exchange) {
      boolean up = well.getAsBoolean();
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("status", up ? "up" : "down");
      document.putAll(more.get());
      byte[] body = Json.mapper().writeValueAsBytes(document);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(up ? 200 : 503, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
