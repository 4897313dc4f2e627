package io.clusterdb.tasks.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.HttpRole;
import io.clusterdb.tasks.HttpToken;
import io.clusterdb.tasks.TasksException;
import io.opentelemetry.api.trace.Span;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerTest {
  private static final HttpConfig FREE_PORT = HttpConfig.DEFAULT.listen("127.0.0.1:0");

  private final HttpClient client = HttpClient.newHttpClient();
  private HttpServer server = start(FREE_PORT);

  private static HttpServer start(HttpConfig config) {
    HttpResource things =
        () ->
            List.of(
                Endpoint.get("/v1/things/{id}", call -> Answer.ok(Map.of("id", call.path("id")))),
                Endpoint.get("/v1/things/all", call -> Answer.ok(Map.of("all", true))),
                Endpoint.get(
                        "/v1/waits",
                        call ->
                            Answer.ok(
                                Map.of(
                                    "ms",
                                    call.duration("wait", Duration.ZERO, Duration.ofSeconds(60))
                                        .toMillis(),
                                    "max",
                                    call.number("max", 1, 1, 100),
                                    "meta",
                                    call.queryAll("meta."))))
                    .query("wait", "max", "meta."),
                Endpoint.get(
                    "/v1/trace",
                    call ->
                        Answer.ok(Map.of("trace", Span.current().getSpanContext().getTraceId()))),
                Endpoint.post("/v1/things", call -> Answer.json(201, call.object())),
                Endpoint.put("/v1/things", call -> Answer.json(201, call.object()))
                    .access(Access.ADMIN),
                Endpoint.post(
                    "/v1/full",
                    call -> {
                      throw new TasksException(ErrorCode.QUEUE_FULL, "it holds 5 of 5.");
                    }),
                Endpoint.post(
                    "/v1/broken",
                    call -> {
                      throw new IllegalStateException("a secret of the service");
                    }));
    HttpResource health =
        new HealthResource(
            () -> new HealthResource.Report(true, false, Map.of("store", "restoring")));
    return HttpServer.start(config, List.of(things, health));
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  @Test
  void aCallIsPartOfItsCallersTrace() throws Exception {
    String trace = "0af7651916cd43dd8448eb211c80319c";
    HttpRequest request =
        HttpRequest.newBuilder(server.address().resolve("/v1/trace"))
            .header("traceparent", "00-" + trace + "-b7ad6b7169203331-01")
            .build();
    assertThat(json(client.send(request, BodyHandlers.ofString())).path("trace").asText())
        .isEqualTo(trace);
    assertThat(json(get("/v1/trace")).path("trace").asText()).isEqualTo("0".repeat(32));
  }

  @Test
  void idsAreDecodedAfterThePathIsSplit() throws Exception {
    assertThat(json(get("/v1/things/run%2Ftask@2026-12-01T00:00:00Z")).path("id").asText())
        .isEqualTo("run/task@2026-12-01T00:00:00Z");
    assertThat(json(get("/v1/things/a+b%20c")).path("id").asText()).isEqualTo("a+b c");
    assertThat(json(get("/v1/things/all")).path("all").asBoolean()).isTrue();
  }

  @Test
  void whatIsNotServedIsSaid() throws Exception {
    problem(get("/v1/nothing"), 404);
    problem(get("/v1/things/"), 404);
    problem(get("/v1/things/../../etc/passwd"), 404);
    problem(get("/v1/things/..%2f..%2fetc"), 200);
    problem(send("DELETE", "/v1/things", ""), 405);
    assertThat(send("HEAD", "/v1/things/1", "").statusCode()).isEqualTo(200);
  }

  @Test
  void parametersAreRead() throws Exception {
    JsonNode read = json(get("/v1/waits?wait=30s&max=7&meta.source=api"));
    assertThat(read.path("ms").asInt()).isEqualTo(30_000);
    assertThat(read.path("max").asInt()).isEqualTo(7);
    assertThat(read.path("meta").path("source").asText()).isEqualTo("api");
    assertThat(json(get("/v1/waits?wait=5h")).path("ms").asInt()).isEqualTo(60_000);
  }

  @Test
  void wrongParametersAreNamed() throws Exception {
    assertThat(problem(get("/v1/waits?wait=soon"), 400)).contains("wait", "30s", "soon");
    assertThat(problem(get("/v1/waits?max=101"), 400)).contains("max", "1 to 100", "101");
    assertThat(problem(get("/v1/waits?limit=3"), 400)).contains("wait, max", "limit");
    assertThat(problem(get("/v1/things/1?x=1"), 400)).contains("no query parameter");
  }

  @Test
  void bodiesAreJsonObjects() throws Exception {
    assertThat(post("/v1/things", "{\"a\": 1}").statusCode()).isEqualTo(201);
    assertThat(problem(post("/v1/things", "{\"a\": "), 400)).contains("JSON");
    assertThat(problem(post("/v1/things", "[1]"), 400)).contains("object");
    assertThat(problem(post("/v1/things", "{} {}"), 400)).contains("JSON");
    assertThat(problem(post("/v1/things", "{\"a\":1,\"a\":2}"), 400)).contains("JSON");
    HttpRequest text =
        request("/v1/things")
            .header("Content-Type", "text/plain")
            .POST(BodyPublishers.ofString("{}"))
            .build();
    problem(client.send(text, BodyHandlers.ofString()), 415);
  }

  @Test
  void hugeBodiesAreRefused() throws Exception {
    byte[] huge = new byte[17 * 1024 * 1024];
    HttpRequest known = json("/v1/things").POST(BodyPublishers.ofByteArray(huge)).build();
    problem(client.send(known, BodyHandlers.ofString()), 413);
    HttpRequest chunked =
        json("/v1/things")
            .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(huge)))
            .build();
    problem(client.send(chunked, BodyHandlers.ofString()), 413);
  }

  @Test
  void errorsOfThePlatformKeepTheirCode() throws Exception {
    HttpResponse<String> full = post("/v1/full", "{}");
    assertThat(problem(full, 429)).isEqualTo("it holds 5 of 5.");
    assertThat(json(full).path("code").asText()).isEqualTo("QUEUE_FULL");
    assertThat(json(full).path("title").asText()).isEqualTo("Queue full");
  }

  @Test
  void defectsTellNothing() throws Exception {
    assertThat(problem(post("/v1/broken", "{}"), 500)).doesNotContain("secret");
  }

  @Test
  void brokenRequestsAreAnswered() throws Exception {
    assertThat(raw("GET /v1/thi\u0000ngs HTTP/1.1\r\nHost: localhost\r\n\r\n")).contains(" 400 ");
    assertThat(raw("nonsense\r\n\r\n")).contains(" 400 ");
    assertThat(raw("GET /v1/things/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
        .contains(" 400 ");
  }

  @Test
  void controlCharactersInTheMethodAreTheCallersFault() throws Exception {
    assertThat(raw("\u0001GET /v1/things/1 HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .contains(" 400 ")
        .doesNotContain(" 500 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD /v1/things", "DELETE /v1/things", "GET /v1/things/1", "PUT /no"})
  void aBodyThatNobodyReadsIsNoRequest(String line) throws Exception {
    String smuggled = "GET /v1/things/all HTTP/1.1\r\nHost: localhost\r\n\r\n";
    String last = "GET /v1/things/2 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    String head = line + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n%s\r\n";
    String kept = answers(head.formatted(smuggled.length(), "") + smuggled + last);
    assertThat(kept).contains("\"2\"").doesNotContain("\"all\"");
    assertThat(kept.split("HTTP/1.1 ")).hasSize(3);
    String closed = answers(head.formatted(smuggled.length(), "Connection: close\r\n") + smuggled);
    assertThat(closed.split("HTTP/1.1 ")).hasSize(2);
  }

  @Test
  void pagesOfOthersAreKeptOut() throws Exception {
    HttpRequest foreign =
        json("/v1/things")
            .header("Origin", "https://evil.example")
            .POST(BodyPublishers.ofString("{}"))
            .build();
    problem(client.send(foreign, BodyHandlers.ofString()), 403);
    assertThat(raw("GET /v1/things/1 HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
        .contains(" 403 ");
  }

  @Test
  void tokensAreAskedForAndHealthIsOpen() throws Exception {
    server.close();
    server = start(FREE_PORT.token("secret").readToken("reader"));
    problem(get("/v1/things/1"), 401);
    assertThat(withToken("secret", "POST").statusCode()).isEqualTo(201);
    assertThat(withToken("reader", "GET").statusCode()).isEqualTo(200);
    problem(withToken("reader", "POST"), 403);
    problem(withToken("other", "GET"), 401);
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    HttpResponse<String> ready = get("/health/ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(json(ready).path("parts").path("store").asText()).isEqualTo("restoring");
  }

  @Test
  void aTokenAllowsWhatItsRoleCovers() throws Exception {
    server.close();
    server =
        start(
            FREE_PORT.tokens(
                List.of(
                    new HttpToken("dashboards", HttpRole.READ, "r"),
                    new HttpToken("ci", HttpRole.OPERATE, "o"),
                    new HttpToken("ada", HttpRole.ADMIN, "a"))));
    assertThat(withToken("r", "GET").statusCode()).isEqualTo(200);
    assertThat(problem(withToken("r", "POST"), 403)).contains("operate", "dashboards", "read");
    assertThat(withToken("o", "POST").statusCode()).isEqualTo(201);
    assertThat(problem(withToken("o", "PUT"), 403)).contains("admin", "ci");
    assertThat(withToken("a", "PUT").statusCode()).isEqualTo(201);
    HttpResponse<String> none = withToken("", "GET");
    assertThat(problem(none, 401)).contains("none");
    assertThat(none.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    assertThat(problem(withToken("A", "GET"), 401)).doesNotContain("\"A\"").contains("another");
  }

  @Test
  void aTakenPortIsNamed() {
    HttpConfig taken = HttpConfig.DEFAULT.listen("127.0.0.1:" + server.address().getPort());
    assertThatThrownBy(() -> start(taken))
        .isInstanceOf(TasksException.class)
        .hasMessageContaining("cannot listen on 127.0.0.1:" + server.address().getPort());
  }

  private HttpResponse<String> withToken(String token, String method) throws Exception {
    String path = method.equals("GET") ? "/v1/things/1" : "/v1/things";
    HttpRequest request =
        json(path)
            .header("Authorization", "Bearer " + token)
            .method(
                method,
                method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}"))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  /** The start of the answer. */
  private String raw(String text) throws IOException {
    try (Socket socket = sent(text)) {
      byte[] first = new byte[512];
      int read = socket.getInputStream().read(first);
      return new String(first, 0, Math.max(read, 0), StandardCharsets.ISO_8859_1);
    }
  }

  /** All that is answered until the server closes. */
  private String answers(String text) throws IOException {
    try (Socket socket = sent(text)) {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private Socket sent(String text) throws IOException {
    URI at = server.address();
    Socket socket = new Socket(at.getHost(), at.getPort());
    socket.setSoTimeout(5_000);
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return socket;
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.address() + path));
  }

  private HttpRequest.Builder json(String path) {
    return request(path).header("Content-Type", "application/json");
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send("GET", path, "");
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send("POST", path, body);
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    HttpRequest request =
        json(path)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private static String problem(HttpResponse<String> response, int status) throws IOException {
    assertThat(response.statusCode()).isEqualTo(status);
    if (status < 400) {
      return "";
    }
    JsonNode document = json(response);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(document.path("status").asInt()).isEqualTo(status);
    assertThat(document.path("title").asText()).isNotEmpty();
    return document.path("detail").asText();
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return new ObjectMapper().readTree(response.body());
  }
}
