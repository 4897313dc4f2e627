package io.clusterdb.tasks.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.embedded.EmbeddedPlatform;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The HTTP API as a caller in any language sees it. */
class HttpApiIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static EmbeddedPlatform platform;
  private static HttpClient client;

  @BeforeAll
  static void start() {
    platform =
        EmbeddedPlatform.builder().ephemeral().kafkaPort(0).httpPort(0).registryPort(0).start();
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    client.close();
    platform.close();
  }

  @Test
  void aJobIsEnqueuedFollowedAndRetried() {
    created("/v1/queues", "{\"name\": \"mails\", \"retry_policy\": {\"max_attempts\": 1}}");
    JsonNode job =
        created(
            "/v1/queues/mails/jobs",
            "{\"type\": \"send\", \"id\": \"mail/1\", \"payload\": {\"to\": \"ada\"},"
                + " \"metadata\": {\"source\": \"http\"}}");
    assertThat(job.path("id").asText()).isEqualTo("mail/1");
    assertThat(job.path("queue").asText()).isEqualTo("mails");

    JsonNode waiting = ok("/v1/jobs/mail%2F1?wait=20s&run=" + job.path("run").asText());
    assertThat(waiting.path("state").asText()).isEqualTo("QUEUED");
    assertThat(waiting.path("metadata").path("source").asText()).isEqualTo("http");
    try (Processor fails =
        Processor.on(platform.tasks())
            .queue("mails")
            .handler(
                "send",
                JsonNode.class,
                (mail, context) -> {
                  throw new PermanentFailure("no such address");
                })
            .start()) {
      JsonNode dead = ok("/v1/jobs/mail%2F1?until=ended&wait=30s");
      assertThat(dead.path("state").asText()).isEqualTo("DEAD");
      assertThat(dead.path("error").path("message").asText()).isEqualTo("no such address");
    }
    JsonNode letters = ok("/v1/queues/mails/dlq?type=send&limit=1");
    assertThat(letters.path("jobs").get(0).path("id").asText()).isEqualTo("mail/1");
    assertThat(letters.path("more").asBoolean()).isFalse();
    JsonNode letter = ok("/v1/queues/mails/dlq/mail%2F1");
    assertThat(letter.path("runs").get(0).path("payload").path("to").asText()).isEqualTo("ada");

    JsonNode again = created("/v1/jobs/mail%2F1/retry", "");
    assertThat(again.path("run").asText()).isNotEqualTo(job.path("run").asText());
    try (Processor works =
        Processor.on(platform.tasks())
            .queue("mails")
            .handler("send", JsonNode.class, (mail, context) -> "sent to " + mail.get("to"))
            .start()) {
      JsonNode done =
          ok("/v1/jobs/mail%2F1?until=ended&wait=30s&run=" + again.path("run").asText());
      assertThat(done.path("state").asText()).isEqualTo("SUCCEEDED");
      assertThat(done.path("result").asText()).isEqualTo("sent to \"ada\"");
    }
    assertThat(ok("/v1/queues/mails/dlq").path("jobs")).isEmpty();
  }

  @Test
  void manyJobsHaveAResultEach() {
    created("/v1/queues", "{\"name\": \"bulk\", \"max_depth\": 1000}");
    JsonNode all =
        created(
            "/v1/queues/bulk/jobs", "[{\"type\": \"a\"}, {\"type\": \"b\", \"delay\": \"1h\"}]");
    assertThat(all.path("enqueued").asInt()).isEqualTo(2);
    assertThat(all.path("jobs")).hasSize(2);

    assertThat(problem(post("/v1/queues/bulk/jobs", "[{\"type\": \"a\"}, {\"typ\": \"b\"}]"), 400))
        .contains("[1]", "type", "typ");
    assertThat(problem(post("/v1/queues/bulk/jobs", "[]"), 400)).contains("1 to 10000");
    assertThat(problem(post("/v1/queues/none/jobs", "{\"type\": \"a\"}"), 404)).contains("none");
    assertThat(
            problem(
                post("/v1/queues/bulk/jobs", "{\"type\": \"a\", \"delay\": \"1h\", \"at\": 3}"),
                400))
        .contains("at");
    until("/v1/queues/bulk/stats", stats -> stats.path("byState").path("QUEUED").asInt() == 1);
    until("/v1/jobs?queue=bulk", list -> list.path("jobs").size() == 2);
  }

  @Test
  void aJobThatWaitsIsCancelled() {
    created("/v1/queues", "{\"name\": \"later\"}");
    created("/v1/queues/later/jobs", "{\"type\": \"a\", \"id\": \"tea\", \"delay\": \"1h\"}");
    until("/v1/jobs/tea?wait=20s", job -> job.path("state").asText().equals("SCHEDULED"));
    HttpResponse<String> accepted = post("/v1/jobs/tea/cancel", "{\"reason\": \"cold\"}");
    assertThat(accepted.statusCode()).isEqualTo(202);
    assertThat(json(accepted).path("status").asText()).isEqualTo("accepted");
    until("/v1/jobs/tea", job -> job.path("state").asText().equals("CANCELLED"));
  }

  @Test
  void queuesAreChangedPausedAndDeleted() {
    created("/v1/queues", "{\"name\": \"brief\"}");
    HttpResponse<String> changed = send("PUT", "/v1/queues/brief", "{\"concurrency\": 33}");
    assertThat(json(changed).path("concurrency").asInt()).isEqualTo(33);
    assertThat(json(post("/v1/queues/brief/pause", "")).path("paused").asBoolean()).isTrue();
    until("/v1/queues/brief/stats", stats -> stats.path("paused").asBoolean());
    assertThat(json(post("/v1/queues/brief/resume", "")).path("paused").asBoolean()).isFalse();
    assertThat(problem(send("DELETE", "/v1/queues/brief", ""), 400)).contains("confirm");
    assertThat(send("DELETE", "/v1/queues/brief?confirm=brief", "").statusCode()).isEqualTo(204);
    problem(get("/v1/queues/brief"), 404);
    assertThat(problem(post("/v1/queues", "{\"name\": \"x\", \"concurency\": 3}"), 400))
        .contains("concurency", "concurrency");
    problem(post("/v1/queues", "{\"name\": \"NO DOTS.\"}"), 400);
  }

  @Test
  void schedulesAreShownAndSteered() {
    platform
        .tasks()
        .schedules()
        .configure(
            ScheduledTask.named("yearly")
                .schedule(Schedule.cron("0 0 1 1 *"))
                .task(Task.of("report").queue("reports")));
    JsonNode listed = ok("/v1/schedules");
    assertThat(listed.path("schedules").findValuesAsText("name")).contains("yearly");
    assertThat(ok("/v1/schedules/yearly").path("next")).isNotEmpty();
    assertThat(json(post("/v1/schedules/yearly/pause", "")).path("paused").asBoolean()).isTrue();
    assertThat(json(post("/v1/schedules/yearly/resume", "")).path("paused").asBoolean()).isFalse();
    assertThat(post("/v1/schedules/yearly/trigger", "").statusCode()).isEqualTo(202);
    assertThat(send("DELETE", "/v1/schedules/yearly", "").statusCode()).isEqualTo(204);
    problem(get("/v1/schedules/yearly"), 404);
  }

  @Test
  void theApiDescribesItself() {
    JsonNode document = ok("/openapi.json");
    assertThat(document.path("openapi").asText()).startsWith("3.");
    assertThat(document.path("paths").has("/v1/jobs/{id}")).isTrue();
  }

  /**
   * Seeded garbage for every operation: whatever comes, the answer blames the caller and says why.
   */
  @Test
  void garbageIsTheCallersFault() throws IOException {
    var unused = post("/v1/queues", "{\"name\": \"fuzz\", \"partitions\": 1}");
    created("/v1/queues/fuzz/jobs", "{\"type\": \"a\", \"id\": \"fuzz\", \"delay\": \"1h\"}");
    long seed = Long.getLong("fuzz.seed", 7);
    HttpFuzz fuzz = new HttpFuzz(ok("/openapi.json"), seed);
    int rounds = Integer.getInteger("fuzz.rounds", 10);
    Map<Integer, Integer> statuses = new TreeMap<>();
    List<String> breaches = new ArrayList<>();
    for (int i = 0; i < fuzz.operations() * rounds; i++) {
      HttpFuzz.Request request = fuzz.next(i);
      try {
        HttpFuzz.Answer answer = HttpFuzz.send(platform.api(), request);
        statuses.merge(answer.status(), 1, Integer::sum);
        assertBlamesTheCaller(request.toString(), answer);
      } catch (IOException | AssertionError e) {
        breaches.add("seed %d, number %d: %s%n%s".formatted(seed, i, request, e.getMessage()));
      }
    }
    assertThat(breaches).isEmpty();
    assertThat(statuses.keySet()).contains(200, 400, 404, 405, 415);
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    System.err.println("HttpApiIT: answers to garbage by status: " + statuses);
  }

  @Test
  void garbageThatWasFoundIsTheCallersFaultStill() throws IOException {
    var unused = post("/v1/queues", "{\"name\": \"fuzz\", \"partitions\": 1}");
    List<String> breaches = new ArrayList<>();
    for (HttpFuzz.Request request : HttpCorpus.requests()) {
      try {
        HttpFuzz.Answer answer = HttpFuzz.send(platform.api(), request);
        assertBlamesTheCaller(request.toString(), answer);
        assertThat(answer.status()).as("%s%n%s", request, answer.body()).isBetween(400, 499);
      } catch (IOException | AssertionError e) {
        breaches.add(request + "\n" + e.getMessage());
      }
    }
    assertThat(breaches).isEmpty();
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
  }

  private static void assertBlamesTheCaller(String request, HttpFuzz.Answer answer)
      throws IOException {
    assertThat(answer.status()).as("%s%n%s", request, answer.body()).isBetween(200, 499);
    assertThat(answer.body())
        .as(request)
        .doesNotContainPattern(
            "io\\.clusterdb|\\b(java|javax|com\\.fasterxml|org\\.apache|io\\.helidon)\\.[a-z]|[a-z]Exception\\b|\\.java:\\d");
    assertThat(answer.headers()).as(request).doesNotContainKey("X-Evil");
    if (answer.status() >= 400 && !answer.body().isEmpty()) {
      JsonNode problem = JSON.readTree(answer.body());
      assertThat(answer.headers().get("Content-Type"))
          .as(request)
          .isEqualTo("application/problem+json");
      assertThat(problem.path("status").asInt()).as(request).isEqualTo(answer.status());
      assertThat(problem.path("detail").asText()).as(request).isNotBlank();
      assertThat(problem.path("code").asText()).as(request).matches("[A-Z_]+");
    } else if (answer.status() >= 400) {
      assertThat(request).as("an answer without a body").startsWith("HEAD ");
    }
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedUnread() throws IOException {
    created("/v1/queues", "{\"name\": \"large\", \"partitions\": 1}");
    int size = 17 << 20;
    byte[] body = new byte[size];
    Arrays.fill(body, (byte) ' ');
    String head =
        String.join(
            "\r\n",
            "POST /v1/queues/large/jobs HTTP/1.1",
            "Host: localhost",
            "Connection: close",
            "Content-Type: application/json",
            "Content-Length: " + size,
            "",
            "");
    HttpFuzz.Answer answer = HttpFuzz.send(platform.api(), new HttpFuzz.Request(head, body));
    assertThat(answer.status()).as(answer.body()).isEqualTo(413);
    assertThat(JSON.readTree(answer.body()).path("code").asText()).isEqualTo("CONTENT_TOO_LARGE");
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void brokenRequestsDoNotHurtOthers() throws IOException {
    Random random = new Random(11);
    for (int i = 0; i < 50; i++) {
      byte[] noise = new byte[random.nextInt(300) + 1];
      random.nextBytes(noise);
      try (Socket socket = new Socket(platform.api().getHost(), platform.api().getPort())) {
        socket.setSoTimeout(5_000);
        socket.getOutputStream().write(noise);
        socket.shutdownOutput();
        InputStream in = socket.getInputStream();
        String answer = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(answer).doesNotContain(" 500 ");
      } catch (IOException e) {
        // A connection that is cut is an answer to noise, too.
      }
    }
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
  }

  private static JsonNode ok(String path) {
    HttpResponse<String> answer = get(path);
    assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
    return json(answer);
  }

  private static JsonNode created(String path, String body) {
    HttpResponse<String> answer = post(path, body);
    assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(201);
    return json(answer);
  }

  private static void until(String path, Predicate<JsonNode> holds) {
    Awaitility.await().atMost(LIMIT).until(() -> ok(path), holds);
  }

  private static String problem(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    return json(answer).path("detail").asText();
  }

  private static HttpResponse<String> get(String path) {
    return send("GET", path, "");
  }

  private static HttpResponse<String> post(String path, String body) {
    return send("POST", path, body);
  }

  private static HttpResponse<String> send(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(platform.api() + path))
            .timeout(LIMIT.plusSeconds(30))
            .header("Content-Type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(method + " " + path, e);
    }
  }

  private static JsonNode json(HttpResponse<String> answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new AssertionError(answer.body(), e);
    }
  }
}
