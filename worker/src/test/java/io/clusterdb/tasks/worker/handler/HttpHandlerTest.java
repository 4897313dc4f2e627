package io.clusterdb.tasks.worker.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.NamedFailure;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.RetryAfter;
import io.clusterdb.tasks.TasksException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HttpHandlerTest {
  private static final byte[] NOTHING = {};

  private final HttpClient client = HttpHandler.client();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  HttpHandlerTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void start() {
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void postsThePayloadAndReturnsTheAnswer() throws Exception {
    server.createContext(
        "/echo",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          answer(exchange, 200, exchange.getRequestMethod().equals("POST") ? body : NOTHING);
        });
    assertThat(call("/echo", Payload.json("{\"order\":\"é\"}"))).hasToString("{\"order\":\"é\"}");
    assertThat(call("/echo", new Payload(null, Payload.JSON))).isNull();
  }

  @Test
  void tellsTheServerAboutTheJob() throws Exception {
    server.createContext(
        "/headers",
        exchange -> {
          StringBuilder text = new StringBuilder();
          exchange
              .getRequestHeaders()
              .forEach(
                  (name, values) ->
                      text.append(name).append('=').append(values.getFirst()).append('\n'));
          answer(exchange, 200, text.toString().getBytes(StandardCharsets.UTF_8));
        });
    Payload payload = Payload.of(new byte[] {1}, "application/x-thing");
    FakeContext context = FakeContext.of(payload, "clé", Map.of("source", "api\r\nx: y"));
    assertThat(String.valueOf(handler("/headers?a=b").handle(payload, context)).lines())
        .contains(
            "Content-type=application/x-thing",
            "Job-id=job-1",
            "Job-run=run-1",
            "Job-type=hash",
            "Job-queue=files",
            "Job-key=cl%C3%A9",
            "Job-attempt=2",
            "Job-max-attempts=3",
            "Job-priority=high",
            "Job-created-at=2026-12-01T00:00:00Z",
            "Job-deadline=2026-12-01T00:05:00Z",
            "Job-batch-id=batch-1",
            "Job-fencing-token=7",
            "Job-meta-source=api%0D%0Ax: y",
            "Traceparent=00-a-b-01");
  }

  @Test
  void carriesTheServersWait() {
    server.createContext(
        "/busy",
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", "7");
          answer(exchange, 429, NOTHING);
        });
    assertThatExceptionOfType(RetryAfter.class)
        .isThrownBy(() -> call("/busy", Payload.json("1")))
        .satisfies(e -> assertThat(e.delay()).isEqualTo(Duration.ofSeconds(7)));
  }

  @Test
  void doesNotFollowARedirect() {
    server.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/echo");
          answer(exchange, 302, NOTHING);
        });
    assertThatExceptionOfType(PermanentFailure.class)
        .isThrownBy(() -> call("/moved", Payload.json("1")));
  }

  @Test
  void stopsAnAnswerThatIsTooLong() {
    server.createContext("/endless", exchange -> endless(exchange, 200));
    assertThatExceptionOfType(TasksException.class)
        .isThrownBy(() -> call("/endless", Payload.json("1")))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_RESULT));
  }

  @Test
  void stopsAnErrorThatIsTooLong() {
    server.createContext("/endless", exchange -> endless(exchange, 500));
    assertThatExceptionOfType(NamedFailure.class)
        .isThrownBy(() -> call("/endless", Payload.json("1")))
        .withMessageContaining("answered 500: xxx");
  }

  private static void endless(HttpExchange exchange, int status) throws IOException {
    exchange.sendResponseHeaders(status, 0);
    byte[] some = "x".repeat(1_000).getBytes(StandardCharsets.UTF_8);
    try (OutputStream body = exchange.getResponseBody()) {
      while (true) {
        body.write(some);
      }
    }
  }

  @Test
  void saysWhyThereIsNoAnswer() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    assertThatExceptionOfType(NamedFailure.class)
        .isThrownBy(() -> call(HttpHandler.url("http://127.0.0.1:" + closed, client)))
        .withMessageContaining("the connection was refused")
        .satisfies(e -> assertThat(e.errorType()).isEqualTo("ConnectionError"));
    server.createContext("/broken", HttpExchange::close);
    assertThatExceptionOfType(NamedFailure.class)
        .isThrownBy(() -> call(handler("/broken")))
        .withMessageContaining("the connection broke");
  }

  @Test
  void saysThatTheServerSpeaksNoTls() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Future<Long> served =
          threads.submit(
              () -> {
                try (Socket connection = plain.accept()) {
                  connection
                      .getOutputStream()
                      .write("no TLS here\n".getBytes(StandardCharsets.UTF_8));
                  return connection.getInputStream().transferTo(OutputStream.nullOutputStream());
                }
              });
      String url = "https://127.0.0.1:" + plain.getLocalPort() + "/";
      assertThatExceptionOfType(NamedFailure.class)
          .isThrownBy(() -> call(HttpHandler.url(url, client)))
          .withMessageMatching(".*(TLS failed|Does it speak TLS).*");
      assertThat(served.get()).isPositive();
    }
  }

  @Test
  void givesTheRequestUpWhenInterrupted() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      HttpHandler handler =
          HttpHandler.url("http://127.0.0.1:" + silent.getLocalPort() + "/", client);
      AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
      Thread thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      call(handler);
                    } catch (Throwable e) {
                      error.set(e);
                    }
                  });
      try (Socket connection = silent.accept()) {
        assertThat(connection.getInputStream().read()).isEqualTo('P');
        thread.interrupt();
        thread.join();
        assertThat(error.get()).isInstanceOf(InterruptedException.class);
        // The rest of the request, then its end: the client has hung up.
        connection.getInputStream().transferTo(OutputStream.nullOutputStream());
      }
    }
  }

  private HttpHandler handler(String path) {
    return HttpHandler.url(address(path), client);
  }

  private String address(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private static @Nullable Object call(HttpHandler handler) throws InterruptedException {
    Payload payload = Payload.json("1");
    return handler.handle(payload, FakeContext.of(payload));
  }

  private @Nullable Object call(String path, Payload payload) throws InterruptedException {
    return handler(path).handle(payload, FakeContext.of(payload));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }
}
