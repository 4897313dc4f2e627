package io.clusterdb.tasks.it;

import static io.clusterdb.tasks.it.SecuredPlatform.ADMIN;
import static io.clusterdb.tasks.it.SecuredPlatform.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.LeasedJob;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.audit.Actor;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.it.SecuredPlatform.Run;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The platform on a broker with TLS, SASL/SCRAM and ACLs that deny by default: every part is a user
 * of its own with the rights that {@code tasks acls} lists, and no others.
 */
@SuppressWarnings("NullAway.Init") // start() comes before all tests
class SecurityIT {
  @TempDir private static Path folder;
  private static SecuredPlatform platform;

  @BeforeAll
  static void start() throws Exception {
    platform = SecuredPlatform.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    platform.close();
  }

  @Test
  void theMainJobRunsWithTheListedRights() {
    Tasks producer = platform.connect("producer");
    producer.queues().enqueue(Job.of("ok", Map.of()).id("plain").queue("jobs").build());
    producer.queues().enqueue(Job.of("flaky", Map.of()).id("flaky").queue("jobs").build());
    producer.queues().enqueue(Job.of("bad", Map.of()).id("bad").queue("jobs").build());
    producer
        .queues()
        .enqueue(
            Job.of("ok", Map.of())
                .id("later")
                .queue("jobs")
                .schedule(Schedule.after(Duration.ofMillis(200)))
                .build());
    producer
        .queues()
        .enqueue(Job.of("ok", Map.of()).id("single").queue("jobs").uniqueKey("one").build());
    assertThat(
            producer.tasks().executeTask(Task.of("ok").queue("jobs").payload(Map.of())).succeeded())
        .isTrue();
    for (String id : List.of("plain", "flaky", "later", "single")) {
      assertThat(ended(producer, id)).as(id).isEqualTo(JobState.SUCCEEDED);
    }
    assertThat(ended(producer, "bad")).isEqualTo(JobState.DEAD);

    platform.cured().add("bad");
    assertThat(platform.cli("operator", "dlq", "list", "jobs").out()).contains("bad");
    Run replayed = platform.cli("operator", "dlq", "replay", "jobs", "--id", "bad");
    assertThat(replayed.code()).as(replayed.err()).isZero();
    assertThat(ended(producer, "bad")).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void schedulesAndWorkflowsRunWithTheListedRights() throws Exception {
    Run fired = platform.cli("operator", "schedule", "trigger", "yearly");
    assertThat(fired.code()).as(fired.err()).isZero();
    Awaitility.await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(
                        platform
                            .cli("viewer", "events", "--from-beginning", "--output", "json")
                            .out())
                    .containsPattern("yearly@[^\n]*SUCCEEDED"));
    assertThat(
            platform
                .connect("workflows")
                .workflows()
                .execute(WorkflowExecution.of("flow").version("1.0").input(Map.of()))
                .result(LIMIT)
                .state())
        .isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void commandsOfTheCommandLineNeedNoMoreThanTheListedRights() {
    for (String[] command :
        new String[][] {
          {"queue", "create", "made", "--partitions", "1"},
          {"queue", "list"},
          {"queue", "stats", "jobs"},
          {"queue", "pause", "other"},
          {"queue", "resume", "other"},
          {"queue", "add-partitions", "made", "2"},
          {"enqueue", "jobs", "--type", "t", "--id", "cancelled", "--delay", "1h"},
          {"job", "cancel", "cancelled"},
          {"dlq", "purge", "other", "--all", "--yes"},
          {"queue", "delete", "made", "--yes"},
          {"doctor"},
        }) {
      Run run = platform.cli("operator", command);
      assertThat(run.code()).as(String.join(" ", command) + "\n" + run.err()).isZero();
    }
    for (String[] command :
        new String[][] {{"dlq", "list", "jobs"}, {"schedule", "list"}, {"events"}}) {
      Run run = platform.cli("viewer", command);
      assertThat(run.code()).as(String.join(" ", command) + "\n" + run.err()).isZero();
    }
  }

  @Test
  void jobsAreLeasedAndQueuesChangedByHttpWithTheListedRights() {
    Tasks outside = platform.connect("viewer");
    Run enqueued = platform.cli("operator", "enqueue", "leased", "--type", "t", "--id", "leased");
    assertThat(enqueued.code()).as(enqueued.err()).isZero();
    Optional<LeasedJob> job =
        Awaitility.await()
            .atMost(LIMIT)
            .until(() -> outside.queues().dequeue("leased"), Optional::isPresent);
    outside.queues().completeJob(job.orElseThrow().lease(), "by hand");
    assertThat(ended(outside, "leased")).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void changesLeaveARecordOfWhoMadeThem() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertThat(http(client, "operate-token-1", "POST", "/v1/queues/other/pause", ""))
          .isEqualTo(200);
      assertThat(http(client, "operate-token-1", "POST", "/v1/queues/other/resume", ""))
          .isEqualTo(200);
      assertThat(http(client, "read-token-1", "POST", "/v1/queues/other/pause", "")).isEqualTo(403);
      assertThat(http(client, "operate-token-1", "DELETE", "/v1/queues/other?confirm=other", ""))
          .isEqualTo(403);
      assertThat(http(client, "nothing", "POST", "/v1/queues/other/pause", "")).isEqualTo(401);
      assertThat(http(client, "read-token-1", "GET", "/v1/queues/other", "")).isEqualTo(200);
      assertThat(http(client, ADMIN, "POST", "/v1/queues", "{\"name\": \"by-http\"}"))
          .isEqualTo(201);
    }
    assertThat(platform.cli("operator", "queue", "pause", "none-such").code()).isEqualTo(3);
    JsonNode records =
        Json.mapper().readTree(platform.cli("viewer", "audit", "--output", "json").out());
    List<String> shown = new ArrayList<>();
    records.forEach(
        each ->
            shown.add(
                String.join(
                    " | ",
                    each.path("via").asText(),
                    each.path("actor").asText(),
                    each.path("command").asText(),
                    each.path("target").asText(),
                    each.path("outcome").asText(),
                    each.path("code").asText())));
    String here = Actor.process(Map.of(), System.getenv()).name();
    assertThat(shown)
        .contains(
            "direct | " + here + " | queue.create | jobs | ACCEPTED | null",
            "http | token ci (operate) | queue.pause | other | ACCEPTED | null",
            "http | token dash (read) | POST /v1/queues/{queue}/pause | other | REFUSED |"
                + " FORBIDDEN",
            "http | token ci (operate) | DELETE /v1/queues/{queue} | other | REFUSED | FORBIDDEN",
            "http | token token (admin) | queue.create | by-http | ACCEPTED | null",
            "direct | " + here + " | queue.pause | none-such | REFUSED | QUEUE_NOT_FOUND");
    assertThat(shown).noneMatch(each -> each.contains("none-such | ACCEPTED"));
  }

  @Test
  void whoHasOneRoleIsRefusedWhatOthersDo() throws InterruptedException {
    Tasks producer = platform.connect("producer");
    refused(() -> producer.queues().enqueue(Job.of("t", Map.of()).queue("other").build()));
    refused(() -> producer.queues().createQueue(Queue.named("mine").build()));
    refused(() -> producer.queues().pause("jobs"));
    refused(() -> producer.queues().deleteQueue("jobs"));
    runsNothing(producer, "jobs");
    refused(() -> producer.tasks().cancel("plain", null));

    Tasks worker = platform.connect("worker");
    refused(() -> worker.queues().enqueue(Job.of("t", Map.of()).queue("jobs").build()));
    refused(() -> worker.queues().pause("jobs"));
    runsNothing(worker, "other");

    Tasks viewer = platform.connect("viewer");
    refused(() -> viewer.queues().enqueue(Job.of("t", Map.of()).queue("jobs").build()));
    refused(() -> viewer.queues().pause("jobs"));

    Tasks starter = platform.connect("workflows");
    refused(() -> starter.queues().enqueue(Job.of("t", Map.of()).queue("jobs").build()));

    Tasks nobody = platform.connect("nobody");
    refused(() -> nobody.queues().listQueues());
  }

  @Test
  void whoseLoginIsRefusedHearsItWithoutTheSecret() throws IOException {
    Map<String, String> wrong = new HashMap<>(platform.broker().properties("producer"));
    wrong.computeIfPresent(
        "sasl.jaas.config", (key, login) -> login.replace("secret-of-producer", "secret-wrong"));
    assertThatThrownBy(
            () ->
                Tasks.connect(TasksConfig.of(platform.broker().bootstrap()).kafkaProperties(wrong)))
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FORBIDDEN))
        .hasMessageNotContaining("secret-wrong");
    assertThat(platform.logs().text()).doesNotContain("secret-wrong");
  }

  @Test
  void secretsAreNeitherLoggedNorShown() throws IOException {
    TasksConfig config =
        TasksConfig.of(platform.broker().bootstrap())
            .kafkaProperties(platform.broker().properties("viewer"));
    Run doctor = platform.cli("operator", "doctor", "--verbose", "--output", "json");
    List<String> shown =
        List.of(config.toString(), doctor.out(), doctor.err(), platform.logs().text());
    assertThat(platform.logs().text())
        .contains("sasl.jaas.config"); // Kafka's clients do log their settings
    List<String> secrets = new ArrayList<>(platform.broker().secrets());
    secrets.addAll(List.of(ADMIN, "read-token-1", "operate-token-1"));
    for (String secret : secrets) {
      for (String each : shown) {
        assertThat(each.contains(secret)).as("a secret is shown").isFalse();
      }
    }
  }

  private static int http(HttpClient client, String token, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(platform.api().resolve(path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofString()).statusCode();
  }

  /** A processor waits for its rights, and takes no job before it has them. */
  private static void runsNothing(Tasks tasks, String queue) throws InterruptedException {
    try (Processor processor =
        Processor.on(tasks).queue(queue).action("ok", JsonNode.class, (p, c) -> {}).start()) {
      assertThat(processor.awaitReady(Duration.ofSeconds(2))).isFalse();
    } catch (TasksException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.FORBIDDEN);
    }
  }

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TasksException.class,
            e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(ErrorCode.FORBIDDEN));
  }

  private static JobState ended(Tasks tasks, String id) {
    return Awaitility.await()
        .atMost(LIMIT)
        .until(
            () -> tasks.tasks().awaitTaskStatus(id, Duration.ofSeconds(5)).state(),
            state ->
                state.terminal() && !(platform.cured().contains(id) && state == JobState.DEAD));
  }
}
