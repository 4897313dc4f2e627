package io.clusterdb.tasks.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.HttpRole;
import io.clusterdb.tasks.HttpToken;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.LeasedJob;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.acl.Acls;
import io.clusterdb.tasks.acl.Role;
import io.clusterdb.tasks.acl.Rule;
import io.clusterdb.tasks.audit.Actor;
import io.clusterdb.tasks.cli.Cli;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.orchestrator.OrchestratorService;
import io.clusterdb.tasks.orchestrator.OrchestratorSettings;
import io.clusterdb.tasks.scheduler.SchedulerService;
import io.clusterdb.tasks.scheduler.SchedulerSettings;
import io.clusterdb.tasks.topic.TopicNames;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String PLATFORM =
      """
      shared_partitions: 2
      tasks:
        queues:
          jobs:
            partitions: 2
            max_depth: 1000
            retry_policy: { max_attempts: 2, backoff: { type: linear, initial: 100ms, step: 100ms } }
          other: { partitions: 1 }
          leased: { partitions: 1 }
      scheduler:
        tasks:
          - name: yearly
            schedule: "0 0 1 1 *"
            task: { type: ok, queue: jobs }
      workflows:
        flow:
          version: "1.0"
          tasks:
            - { name: first, task: { type: ok, queue: jobs } }
            - { name: second, task: { type: ok, queue: jobs }, depends_on: [first] }
      """;

  @TempDir private static Path folder;
  private static LogCapture logs;
  private static SecuredBroker broker;
  private static URI api;

  /** Connections that stay open while tests run. */
  private static final List<AutoCloseable> OPEN = new ArrayList<>();

  private static final String ADMIN = "admin-token-1";
  private static final Set<String> CURED = ConcurrentHashMap.newKeySet();

  @BeforeAll
  static void start() throws Exception {
    logs = LogCapture.start();
    List<String> users = new ArrayList<>();
    for (Role role : Role.values()) {
      users.add(role.text());
    }
    users.add("nobody");
    broker = SecuredBroker.start(folder, users);
    broker.grant(rights());

    Path platform = Files.writeString(folder.resolve("platform.yaml"), PLATFORM);
    Run applied = cli("operator", "apply", "-f", platform.toString());
    assertThat(applied.code()).as(applied.err()).isZero();
    Tasks forScheduler = connect("scheduler");
    Tasks forOrchestrator = connect("orchestrator");
    SchedulerService scheduler =
        SchedulerService.start(TasksRuntime.of(forScheduler), SchedulerSettings.DEFAULT);
    OrchestratorService orchestrator =
        OrchestratorService.start(TasksRuntime.of(forOrchestrator), OrchestratorSettings.DEFAULT);
    assertThat(scheduler.awaitReady(LIMIT)).isTrue();
    assertThat(orchestrator.awaitReady(LIMIT)).isTrue();
    api = orchestrator.api();
    Processor worker =
        Processor.on(connect("worker"))
            .queue("jobs")
            .handler("ok", JsonNode.class, (payload, context) -> "done")
            .handler(
                "flaky",
                JsonNode.class,
                (payload, context) -> {
                  if (context.job().attempt() == 1) {
                    throw new IllegalStateException("the first attempt fails");
                  }
                  return "at last";
                })
            .handler(
                "bad",
                JsonNode.class,
                (payload, context) -> {
                  if (!CURED.contains(context.job().id())) {
                    throw new PermanentFailure("not yet");
                  }
                  return "cured";
                })
            .start();
    OPEN.add(worker);
    assertThat(worker.awaitReady(LIMIT)).isTrue();
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable each : OPEN.reversed()) {
      each.close();
    }
    broker.close();
    logs.close();
  }

  /** Each role has its own, with the queue that it is for; the orchestrator serves all of HTTP. */
  private static Map<String, List<Rule>> rights() {
    TopicNames names = new TopicNames("tasks");
    Acls ofQueue = new Acls(names, List.of(Queue.named("jobs").build()));
    Acls ofAll = new Acls(names, List.of());
    Map<String, List<Rule>> rights = new HashMap<>();
    for (Role role : Role.values()) {
      boolean wide = role == Role.OPERATOR || role == Role.LEASES || role == Role.COMMANDS;
      rights.put(role.text(), (wide ? ofAll : ofQueue).of(role));
    }
    List<Rule> service = new ArrayList<>(rights.getOrDefault("orchestrator", List.of()));
    service.addAll(rights.getOrDefault("leases", List.of()));
    service.addAll(rights.getOrDefault("commands", List.of()));
    rights.put("orchestrator", service);
    return rights;
  }

  @Test
  void theMainJobRunsWithTheListedRights() {
    Tasks producer = connect("producer");
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

    CURED.add("bad");
    assertThat(cli("operator", "dlq", "list", "jobs").out()).contains("bad");
    Run replayed = cli("operator", "dlq", "replay", "jobs", "--id", "bad");
    assertThat(replayed.code()).as(replayed.err()).isZero();
    assertThat(ended(producer, "bad")).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void schedulesAndWorkflowsRunWithTheListedRights() throws Exception {
    Run fired = cli("operator", "schedule", "trigger", "yearly");
    assertThat(fired.code()).as(fired.err()).isZero();
    Awaitility.await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(cli("viewer", "events", "--from-beginning", "--output", "json").out())
                    .containsPattern("yearly@[^\n]*SUCCEEDED"));
    assertThat(
            connect("workflows")
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
      Run run = cli("operator", command);
      assertThat(run.code()).as(String.join(" ", command) + "\n" + run.err()).isZero();
    }
    for (String[] command :
        new String[][] {{"dlq", "list", "jobs"}, {"schedule", "list"}, {"events"}}) {
      Run run = cli("viewer", command);
      assertThat(run.code()).as(String.join(" ", command) + "\n" + run.err()).isZero();
    }
  }

  @Test
  void jobsAreLeasedAndQueuesChangedByHttpWithTheListedRights() {
    Tasks outside = connect("viewer");
    Run enqueued = cli("operator", "enqueue", "leased", "--type", "t", "--id", "leased");
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
    assertThat(cli("operator", "queue", "pause", "none-such").code()).isEqualTo(3);
    JsonNode records = Json.mapper().readTree(cli("viewer", "audit", "--output", "json").out());
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

  private static int http(HttpClient client, String token, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(api.resolve(path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofString()).statusCode();
  }

  @Test
  void whoHasOneRoleIsRefusedWhatOthersDo() throws InterruptedException {
    Tasks producer = connect("producer");
    refused(() -> producer.queues().enqueue(Job.of("t", Map.of()).queue("other").build()));
    refused(() -> producer.queues().createQueue(Queue.named("mine").build()));
    refused(() -> producer.queues().pause("jobs"));
    refused(() -> producer.queues().deleteQueue("jobs"));
    runsNothing(producer, "jobs");
    refused(() -> producer.tasks().cancel("plain", null));

    Tasks worker = connect("worker");
    refused(() -> worker.queues().enqueue(Job.of("t", Map.of()).queue("jobs").build()));
    refused(() -> worker.queues().pause("jobs"));
    runsNothing(worker, "other");

    Tasks viewer = connect("viewer");
    refused(() -> viewer.queues().enqueue(Job.of("t", Map.of()).queue("jobs").build()));
    refused(() -> viewer.queues().pause("jobs"));

    Tasks starter = connect("workflows");
    refused(() -> starter.queues().enqueue(Job.of("t", Map.of()).queue("jobs").build()));

    Tasks nobody = connect("nobody");
    refused(() -> nobody.queues().listQueues());
  }

  @Test
  void whoseLoginIsRefusedHearsItWithoutTheSecret() throws IOException {
    Map<String, String> wrong = new HashMap<>(broker.properties("producer"));
    wrong.computeIfPresent(
        "sasl.jaas.config", (key, login) -> login.replace("secret-of-producer", "secret-wrong"));
    assertThatThrownBy(
            () -> Tasks.connect(TasksConfig.of(broker.bootstrap()).kafkaProperties(wrong)))
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FORBIDDEN))
        .hasMessageNotContaining("secret-wrong");
    assertThat(logs.text()).doesNotContain("secret-wrong");
  }

  @Test
  void secretsAreNeitherLoggedNorShown() throws IOException {
    TasksConfig config =
        TasksConfig.of(broker.bootstrap()).kafkaProperties(broker.properties("viewer"));
    Run doctor = cli("operator", "doctor", "--verbose", "--output", "json");
    List<String> shown = List.of(config.toString(), doctor.out(), doctor.err(), logs.text());
    assertThat(logs.text()).contains("sasl.jaas.config"); // Kafka's clients do log their settings
    List<String> secrets = new ArrayList<>(broker.secrets());
    secrets.addAll(List.of(ADMIN, "read-token-1", "operate-token-1"));
    for (String secret : secrets) {
      for (String each : shown) {
        assertThat(each.contains(secret)).as("a secret is shown").isFalse();
      }
    }
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
            state -> state.terminal() && !(CURED.contains(id) && state == JobState.DEAD));
  }

  private static Tasks connect(String user) {
    Tasks tasks =
        Tasks.connect(
            TasksConfig.of(broker.bootstrap())
                .kafkaProperties(broker.properties(user))
                .sharedPartitions(2)
                .http(
                    HttpConfig.DEFAULT
                        .listen("127.0.0.1:0")
                        .token(ADMIN)
                        .tokens(
                            List.of(
                                new HttpToken("dash", HttpRole.READ, "read-token-1"),
                                new HttpToken("ci", HttpRole.OPERATE, "operate-token-1")))));
    OPEN.add(tasks);
    return tasks;
  }

  private static Path tokenFile() throws IOException {
    return Files.writeString(folder.resolve("token"), ADMIN + "\n");
  }

  /** What a command said. */
  private record Run(int code, String out, String err) {}

  private static Run cli(String user, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try {
      all.addAll(
          List.of(
              "--bootstrap",
              broker.bootstrap(),
              "--kafka-config",
              broker.file(user).toString(),
              "--token-file",
              tokenFile().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int code =
        Cli.run(
            new ByteArrayInputStream(new byte[0]),
            out,
            new PrintStream(err, true, UTF_8),
            Map.of(),
            all.toArray(String[]::new));
    return new Run(code, out.toString(UTF_8), err.toString(UTF_8));
  }
}
