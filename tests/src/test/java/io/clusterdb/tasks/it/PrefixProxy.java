package io.clusterdb.tasks.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A proxy with a path of its own in front of a service, which may ask for a token, and may be cut
 * off. Of one thread.
 */
final class PrefixProxy implements AutoCloseable {
  static final String PREFIX = "/ops/tasks/";
  private static final Set<String> LEFT_OUT =
      Set.of("host", "connection", "content-length", "transfer-encoding", "origin", "expect");

  private final URI service;
  private final HttpClient client = HttpClient.newHttpClient();
  private ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;
  private final int port;
  private volatile String token = "";
  private volatile boolean readOnly;

  PrefixProxy(URI service) throws IOException {
    this.service = service;
    this.server = listen(0);
    this.port = server.getAddress().getPort();
  }

  private HttpServer listen(int at) throws IOException {
    HttpServer made =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 0);
    made.setExecutor(threads);
    made.createContext(PREFIX, this::pass);
    made.start();
    return made;
  }

  String address() {
    return "http://127.0.0.1:" + port + PREFIX;
  }

  /** Asks for this from now on; nothing for an empty one. */
  void token(String secret) {
    token = secret;
  }

  /** Whether commands are refused. */
  void readOnly(boolean only) {
    readOnly = only;
  }

  /** Goes away, with all connections. */
  void cut() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** Comes back. */
  void mend() throws IOException {
    threads = Executors.newVirtualThreadPerTaskExecutor();
    server = listen(port);
  }

  private void pass(HttpExchange call) throws IOException {
    try (call) {
      String path = call.getRequestURI().toString().substring(PREFIX.length() - 1);
      boolean open = path.startsWith("/console") || path.startsWith("/health");
      String shown = call.getRequestHeaders().getFirst("Authorization");
      if (!open && !token.isEmpty() && !("Bearer " + token).equals(shown)) {
        refuse(call, 401, "UNAUTHORIZED", "expected a token, found none or another.");
      } else if (readOnly && !call.getRequestMethod().equals("GET")) {
        refuse(call, 403, "FORBIDDEN", "this token may read only.");
      } else {
        forward(call, path);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void refuse(HttpExchange call, int status, String code, String detail)
      throws IOException {
    byte[] body =
        "{\"title\": \"Refused\", \"status\": %d, \"code\": \"%s\", \"detail\": \"%s\"}"
            .formatted(status, code, detail)
            .getBytes(StandardCharsets.UTF_8);
    call.getResponseHeaders().set("Content-Type", "application/problem+json");
    call.sendResponseHeaders(status, body.length);
    call.getResponseBody().write(body);
  }

  private void forward(HttpExchange call, String path) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(service.resolve(path))
            .method(
                call.getRequestMethod(),
                BodyPublishers.ofByteArray(call.getRequestBody().readAllBytes()));
    call.getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!LEFT_OUT.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    HttpResponse<InputStream> answer = client.send(request.build(), BodyHandlers.ofInputStream());
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!LEFT_OUT.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                call.getResponseHeaders().put(name, values);
              }
            });
    boolean none = answer.statusCode() == 204 || answer.statusCode() == 304;
    call.sendResponseHeaders(answer.statusCode(), none ? -1 : 0);
    try (InputStream in = answer.body();
        OutputStream out = call.getResponseBody()) {
      byte[] buffer = new byte[8_192];
      for (int n = in.read(buffer); n >= 0 && !none; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        out.flush();
      }
    }
  }

  @Override
  public void close() {
    cut();
    client.shutdownNow();
  }
}
