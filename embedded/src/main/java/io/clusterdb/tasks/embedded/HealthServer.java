package io.clusterdb.tasks.embedded;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.clusterdb.tasks.embedded.PlatformHealth.State;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Answers {@code /health/live} (200 unless a part has failed for good) and {@code /health/ready}
 * (200 once every part serves) with the state of each part; 503 says not.
 */
final class HealthServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PlatformHealth health;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private HealthServer(HttpServer server, PlatformHealth health) {
    this.server = server;
    this.health = health;
  }

  /** Binds the address and serves. */
  static HealthServer start(InetSocketAddress address, PlatformHealth health) throws IOException {
    HealthServer started = new HealthServer(HttpServer.create(address, 0), health);
    started.server.createContext("/", started::answer);
    started.server.setExecutor(started.threads);
    started.server.start();
    return started;
  }

  /** The port that it listens on. */
  int port() {
    return server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      Map<String, State> states = health.states();
      Collection<State> all = states.values();
      String path = exchange.getRequestURI().getPath();
      if (!path.equals("/health/live") && !path.equals("/health/ready")) {
        respond(
            exchange,
            404,
            "application/problem+json",
            problem(404, "Not found", path + " is not served; see /health/live, /health/ready."));
      } else if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        respond(
            exchange,
            405,
            "application/problem+json",
            problem(405, "Method not allowed", path + " is read with GET, found " + method + "."));
      } else {
        boolean well =
            path.equals("/health/live")
                ? !all.contains(State.FAILED)
                : all.stream().allMatch(state -> state == State.UP);
        respond(exchange, well ? 200 : 503, "application/json", report(well, states));
      }
    }
  }

  private static ObjectNode report(boolean well, Map<String, State> states) {
    ObjectNode report = JSON.createObjectNode().put("status", well ? "up" : "down");
    ObjectNode parts = report.putObject("parts");
    states.forEach((part, state) -> parts.put(part, state.name().toLowerCase(Locale.ROOT)));
    return report;
  }

  private static ObjectNode problem(int status, String title, String detail) {
    return JSON.createObjectNode()
        .put("type", "about:blank")
        .put("title", title)
        .put("status", status)
        .put("detail", detail);
  }

  private static void respond(HttpExchange exchange, int status, String type, ObjectNode body)
      throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
    if (!head) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
