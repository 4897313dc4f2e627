package io.clusterdb.tasks.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;
import org.jspecify.annotations.Nullable;

/** A registry in memory: every subject takes every schema, equal texts share an id. */
final class FakeRegistry implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  record Answer(int status, String body) {}

  private final HttpServer server;
  private final List<String> schemas = new ArrayList<>();
  private final Map<String, List<Integer>> subjects = new LinkedHashMap<>();

  /** Requests as {@code METHOD path}, in order. */
  final List<String> requests = new CopyOnWriteArrayList<>();

  final List<String> authorizations = new CopyOnWriteArrayList<>();

  /** Answers given before anything else, first in first out. */
  final LinkedBlockingDeque<Answer> next = new LinkedBlockingDeque<>();

  /** Answers by request, before the usual ones. */
  final Map<String, Answer> fixed = new LinkedHashMap<>();

  FakeRegistry() throws IOException {
    this(0);
  }

  FakeRegistry(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  int port() {
    return server.getAddress().getPort();
  }

  synchronized int add(String subject, String schema) {
    if (!schemas.contains(schema)) {
      schemas.add(schema);
    }
    int id = schemas.indexOf(schema) + 1;
    List<Integer> versions = subjects.computeIfAbsent(subject, s -> new ArrayList<>());
    if (!versions.contains(id)) {
      versions.add(id);
    }
    return id;
  }

  synchronized String schema(int id) {
    return schemas.get(id - 1);
  }

  synchronized List<String> subjects() {
    return List.copyOf(subjects.keySet());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
      requests.add(request);
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      if (authorization != null) {
        authorizations.add(authorization);
      }
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Answer answer = next.poll();
      if (answer == null) {
        answer = fixed.getOrDefault(request, null);
      }
      if (answer == null) {
        answer = answer(exchange.getRequestMethod(), exchange.getRequestURI(), body);
      }
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private synchronized Answer answer(String method, URI uri, String body) throws IOException {
    String[] path = uri.getPath().substring(1).split("/", -1);
    @Nullable String schema = body.isEmpty() ? null : JSON.readTree(body).path("schema").asText();
    if (method.equals("POST") && path.length == 3 && schema != null) {
      return new Answer(200, "{\"id\":" + add(path[1], schema) + "}");
    }
    List<Integer> ids =
        path[0].equals("subjects") ? subjects.getOrDefault(path[1], List.of()) : List.of();
    if (method.equals("POST") && path.length == 2 && ids.contains(schemas.indexOf(schema) + 1)) {
      return version(path[1], schemas.indexOf(schema) + 1);
    }
    if (method.equals("GET") && path.length == 4 && path[3].equals("latest") && !ids.isEmpty()) {
      return version(path[1], ids.getLast());
    }
    if (method.equals("GET") && path[0].equals("schemas")) {
      int id = Integer.parseInt(path[2]);
      return id >= 1 && id <= schemas.size()
          ? version("", id)
          : error(404, 40403, "Schema not found");
    }
    return error(404, 40401, "Subject not found");
  }

  private Answer version(String subject, int id) {
    JsonNode body =
        JSON.createObjectNode().put("subject", subject).put("id", id).put("schema", schema(id));
    return new Answer(200, body.toString());
  }

  static Answer error(int status, int code, String message) {
    JsonNode body = JSON.createObjectNode().put("error_code", code).put("message", message);
    return new Answer(status, body.toString());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
