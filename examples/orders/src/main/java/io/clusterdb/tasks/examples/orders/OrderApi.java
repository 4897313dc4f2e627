package io.clusterdb.tasks.examples.orders;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.WorkflowStatus;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The shop's door, on loopback. {@code POST /orders} answers as soon as Kafka has the order; what
 * follows goes on whether this process lives or not. {@code GET /orders/ID} says how it is getting
 * on.
 */
final class OrderApi implements AutoCloseable {
  private static final int LONGEST_ORDER = 10_000;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Tasks tasks;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** Serves on this port; 0 picks a free one. */
  OrderApi(Tasks tasks, PrometheusMeterRegistry metrics, int port) throws IOException {
    this.tasks = tasks;
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    server.createContext("/orders", exchange -> answer(exchange, this::orders));
    server.createContext(
        "/metrics", exchange -> answer(exchange, any -> new Answer(200, metrics.scrape())));
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private record Answer(int status, Object body) {}

  @FunctionalInterface
  private interface Route {
    Answer answer(HttpExchange exchange) throws IOException;
  }

  private Answer orders(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    boolean asks = exchange.getRequestMethod().equals("GET");
    if (asks && path.startsWith("/orders/")) {
      return status(path.substring("/orders/".length()));
    }
    if (!exchange.getRequestMethod().equals("POST") || !path.equals("/orders")) {
      return new Answer(404, problem("expected POST /orders or GET /orders/ID"));
    }
    byte[] body = exchange.getRequestBody().readNBytes(LONGEST_ORDER);
    return place(JSON.readValue(body, Order.class));
  }

  /**
   * The order's id is the run's: who sends it again, since no answer came, orders nothing twice.
   */
  private Answer place(Order order) {
    var unused =
        tasks.workflows().execute(WorkflowExecution.of(Shop.ORDER).id(order.id()).input(order));
    return new Answer(202, Map.of("id", order.id(), "status", "/orders/" + order.id()));
  }

  private Answer status(String id) {
    WorkflowStatus run = tasks.workflows().status(id);
    String error = run.error() == null ? "" : run.error().type();
    return new Answer(200, Map.of("id", id, "state", run.state(), "error", error));
  }

  private static void answer(HttpExchange exchange, Route route) throws IOException {
    try (exchange) {
      Answer answer = answered(exchange, route);
      boolean text = answer.body() instanceof String;
      byte[] bytes =
          answer.body() instanceof String plain
              ? plain.getBytes(StandardCharsets.UTF_8)
              : JSON.writeValueAsBytes(answer.body());
      exchange
          .getResponseHeaders()
          .set("Content-Type", text ? "text/plain; charset=utf-8" : "application/json");
      exchange.sendResponseHeaders(answer.status(), bytes.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(bytes);
      }
    }
  }

  private static Answer answered(HttpExchange exchange, Route route) {
    try {
      return route.answer(exchange);
    } catch (JsonProcessingException e) {
      return new Answer(400, problem("expected an order as JSON: " + e.getOriginalMessage()));
    } catch (TasksException e) {
      int status = e.code() == ErrorCode.EXECUTION_NOT_FOUND ? 404 : 503;
      return new Answer(status, problem(String.valueOf(e.getMessage())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> problem(String text) {
    return Map.of("error", text);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
