package io.clusterdb.tasks.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.NamedFailure;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.cli.Cli;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.embedded.EmbeddedPlatform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked of runs from Java, over HTTP and in the shell, rightly and wrongly. */
class WorkflowRequestsIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Map<String, Map<String, String>> METADATA = new ConcurrentHashMap<>();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static EmbeddedPlatform platform;
  private static Tasks tasks;
  private static Processor processor;

  @BeforeAll
  static void start() {
    platform =
        EmbeddedPlatform.builder().ephemeral().kafkaPort(0).httpPort(0).registryPort(0).start();
    tasks = Tasks.connect(platform.bootstrap());
    tasks.queues().createQueue(Queue.named("default").build());
    Workflow patient = Workflow.named("patient").task(WorkflowTask.named("a").waitFor("go"));
    tasks.workflows().createWorkflow(patient);
    tasks
        .workflows()
        .createWorkflow(
            Workflow.named("hurried")
                .timeout(Duration.ofMillis(50))
                .task(WorkflowTask.named("a").waitFor("go")));
    processor =
        Processor.on(tasks)
            .queue("default")
            .handler("seen", JsonNode.class, (input, job) -> seen(job.job()))
            .handler(
                "failing",
                JsonNode.class,
                (input, job) -> {
                  seen(job.job());
                  throw new NamedFailure("Unlucky", "this one fails");
                })
            .start();
    tasks.workflows().execute(WorkflowExecution.of("patient").id("SUCCEEDED"));
    tasks.workflows().signal("SUCCEEDED", "go", Map.of("by", "kim"));
    tasks.workflows().execute(WorkflowExecution.of("patient").id("CANCELLED"));
    tasks.workflows().cancel("CANCELLED", false, "sold out");
    tasks.workflows().execute(WorkflowExecution.of("hurried").id("TIMED_OUT"));
    for (String id : List.of("SUCCEEDED", "CANCELLED", "TIMED_OUT")) {
      assertThat(tasks.workflows().run(id).result(LONG).state()).hasToString(id);
    }
  }

  @AfterAll
  static void stop() {
    try {
      assertThat(Replays.everyRun(tasks)).isGreaterThan(3);
    } finally {
      processor.close();
      tasks.close();
      platform.close();
    }
  }

  private static String seen(io.clusterdb.tasks.JobInfo job) {
    METADATA.put(job.id(), job.metadata());
    return job.id();
  }

  @ParameterizedTest
  @CsvSource({"SUCCEEDED", "CANCELLED", "TIMED_OUT"})
  void whatHasEndedIsNeitherCancelledNorSignalled(String id) throws Exception {
    String goesOn = "expected a run that goes on, but run %s is %s".formatted(id, id);
    assertThatThrownBy(() -> tasks.workflows().cancel(id, true, null))
        .isInstanceOf(TasksException.class)
        .hasMessageContaining(goesOn);
    assertThatThrownBy(() -> tasks.workflows().signal(id, "go", null)).hasMessageContaining(goesOn);
    String api = "/v1/executions/" + id;
    assertThat(problem(409, api + "/cancel", "{}")).contains("CONFLICT").contains(goesOn);
    assertThat(problem(409, api + "/signal", "{\"signal\": \"go\"}")).contains(goesOn);
    assertThat(shell(1, "workflow", "cancel", id)).contains(goesOn);
    assertThat(shell(1, "workflow", "signal", id, "go")).contains(goesOn);
  }

  @Test
  void aRetryNeedsARunThatEndedAndATaskOfIt() throws Exception {
    tasks.workflows().execute(WorkflowExecution.of("patient").version("1.0").id("goes-on"));
    for (String[] each :
        new String[][] {
          {"goes-on", "a", "expected a run that has ended, but run goes-on is RUNNING"},
          {"CANCELLED", "zzz", "expected a task of workflow patient/1.0, but found zzz"},
        }) {
      String id = each[0];
      assertThatThrownBy(() -> tasks.workflows().retryFrom(id, each[1]))
          .hasMessageContaining(each[2]);
      assertThat(problem(409, "/v1/executions/" + id + "/retry", "{\"task\": \"" + each[1] + "\"}"))
          .contains(each[2]);
      assertThat(shell(1, "workflow", "retry", id, "--from", each[1])).contains(each[2]);
    }
    String well = "expected a task that failed, but every task of run SUCCEEDED ended well";
    assertThatThrownBy(() -> tasks.workflows().retryFrom("SUCCEEDED", null))
        .hasMessageContaining(well);
    assertThat(problem(409, "/v1/executions/SUCCEEDED/retry", "{}")).contains(well);
    assertThat(shell(1, "workflow", "retry", "SUCCEEDED")).contains(well);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "workflows/patient/executions | { | 400 | JSON",
        "workflows/patient/executions | [] | 400 | expected",
        "workflows/patient/executions | {\"inputs\": 1} | 400 | expected a body with context, id,"
            + " input, version, found \"inputs\"",
        "workflows/patient/executions | {\"id\": 7} | 400 | expected text under id, found 7",
        "workflows/patient/executions | {\"id\": \"a b\"} | 400 | expected an execution id of 1 to"
            + " 300 characters",
        "workflows/patient/executions | {\"context\": {\"a b\": \"c\"}} | 400 | expected metadata"
            + " names",
        "workflows/patient/executions | {\"version\": \"9\"} | 404 | expected workflow patient of"
            + " version 9 in the catalog",
        "workflows/unknown/executions | {} | 404 | expected workflow unknown in the catalog",
        "executions/nobody/cancel | {} | 404 | expected a run of id nobody",
        "executions/nobody/signal | {\"signal\": \"go\"} | 404 | expected a run of id nobody",
        "executions/nobody/retry | {} | 404 | expected a run of id nobody",
        "executions/SUCCEEDED/signal | {} | 400 | expected the name of a signal under signal, found"
            + " none",
        "executions/SUCCEEDED/cancel | {\"why\": 1} | 400 | expected a body with compensate,"
            + " reason, found \"why\"",
        "executions/a%20b/cancel | {} | 400 | expected an execution id of 1 to 300 characters",
      })
  void aBadRequestIsAnsweredWithWhatWasExpected(
      String path, String body, int status, String expected) throws Exception {
    assertThat(problem(status, "/v1/" + path, body)).contains(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "executions/nobody | 404 | expected a run of id nobody",
        "executions/nobody/logs | 404 | expected a run of id nobody in the log",
        "executions/SUCCEEDED?wait=soon | 400 | soon",
        "executions?state=bogus | 400 | expected states of",
        "executions?limit=0 | 400 | limit",
        "executions?cursor=xyz | 400 | expected the cursor of a list, found \"xyz\"",
        "executions?from=yesterday | 400 | from",
        "executions?stat=failed | 400 | stat",
      })
  void aBadQuestionIsAnsweredWithWhatWasExpected(String path, int status, String expected)
      throws Exception {
    HttpResponse<String> answer = send(HttpRequest.newBuilder().GET(), "/v1/" + path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(Json.mapper().readTree(answer.body()).path("detail").asText()).contains(expected);
  }

  @Test
  void aRunIsStartedFollowedAndSteeredOverHttp() throws Exception {
    HttpResponse<String> started =
        post(
            "/v1/workflows/patient/executions",
            "{\"id\": \"over-http\", \"version\": \"1.0\", \"input\": {\"n\": 1}, \"context\":"
                + " {\"source\": \"http\"}}");
    assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
    assertThat(started.headers().firstValue("Location")).hasValue("/v1/executions/over-http");
    assertThat(get("/v1/executions/over-http").path("state").asText()).isEqualTo("RUNNING");
    HttpResponse<String> told =
        post(
            "/v1/executions/over-http/signal",
            "{\"signal\": \"go\", \"payload\": {\"by\": \"lee\"}}");
    assertThat(told.statusCode()).as(told.body()).isEqualTo(204);
    JsonNode run = get("/v1/executions/over-http?wait=30s");
    assertThat(run.path("state").asText()).isEqualTo("SUCCEEDED");
    assertThat(run.path("output").path("by").asText()).isEqualTo("lee");
    assertThat(run.path("tasks").get(0).path("state").asText()).isEqualTo("SUCCEEDED");
    assertThat(get("/v1/executions/over-http/logs").path("events")).hasSizeGreaterThan(3);
    assertThat(get("/v1/executions?workflow=patient&state=succeeded&limit=1000").toString())
        .contains("over-http");
  }

  @Test
  void aBadDefinitionIsRefusedWithAllThatIsWrongAndAVersionNeverChanges() {
    Workflow bad =
        Workflow.named("bad")
            .task(WorkflowTask.named("a").dependsOn("b").payload("{{tasks.c.output}}"))
            .task(WorkflowTask.named("b").dependsOn("a"));
    assertThatThrownBy(() -> tasks.workflows().createWorkflow(bad))
        .isInstanceOf(TasksException.class)
        .hasMessageContaining("expected a task of this workflow, found \"c\"")
        .hasMessageContaining("found a circle among a, b");
    Workflow other = Workflow.named("patient").task(WorkflowTask.named("a").waitFor("stop"));
    assertThatThrownBy(() -> tasks.workflows().createWorkflow(other))
        .isInstanceOf(TasksException.class)
        .hasMessageContaining("Conflict");
    tasks.workflows().createWorkflow(other.version("2.0"));
    assertThat(tasks.workflows().listWorkflows())
        .filteredOn(workflow -> workflow.name().equals("patient"))
        .extracting(Workflow::version)
        .containsExactly("1.0", "2.0");
  }

  @Test
  void theContextTravelsWithEveryJobOfARun() {
    tasks
        .workflows()
        .createWorkflow(Workflow.named("inner").task(WorkflowTask.named("i").type("seen")));
    Task undo = Task.of("seen");
    tasks
        .workflows()
        .createWorkflow(
            Workflow.named("contexts")
                .task(WorkflowTask.named("a").type("seen").compensateWith(undo))
                .task(WorkflowTask.named("each").type("seen").forEach(List.of(1, 2)).dependsOn("a"))
                .task(WorkflowTask.named("sub").workflow("inner").dependsOn("each"))
                .task(
                    WorkflowTask.named("end")
                        .type("failing")
                        .retry(io.clusterdb.tasks.RetryPolicy.none())
                        .dependsOn("sub")));
    assertThat(
            tasks
                .workflows()
                .execute(WorkflowExecution.of("contexts").id("ctx").context(Map.of("team", "blue")))
                .result(LONG)
                .state())
        .isEqualTo(RunState.COMPENSATED);
    assertThat(METADATA.keySet())
        .contains("ctx/a", "ctx/each/0", "ctx/each/1", "ctx.sub/i", "ctx/end", "ctx/a/compensate");
    METADATA.forEach(
        (id, metadata) -> {
          if (id.startsWith("ctx")) {
            assertThat(metadata)
                .as(id)
                .containsEntry("team", "blue")
                .containsEntry("workflow", id.startsWith("ctx.sub") ? "inner" : "contexts")
                .containsEntry("execution", id.substring(0, id.indexOf('/')));
          }
        });
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(tasks.tasks().getTaskStatus("ctx/a").metadata())
                    .containsEntry("team", "blue")
                    .containsEntry("task", "a"));
  }

  private static String problem(int status, String path, String body) throws Exception {
    HttpResponse<String> answer = post(path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/problem+json");
    JsonNode problem = Json.mapper().readTree(answer.body());
    return problem.path("code").asText() + ": " + problem.path("detail").asText();
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return send(
        HttpRequest.newBuilder()
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)),
        path);
  }

  private static JsonNode get(String path) throws Exception {
    HttpResponse<String> answer = send(HttpRequest.newBuilder().GET(), path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.mapper().readTree(answer.body());
  }

  private static HttpResponse<String> send(HttpRequest.Builder request, String path)
      throws IOException, InterruptedException {
    return HTTP.send(
        request.uri(URI.create(platform.api() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String shell(int expected, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Cli.run(
            InputStream.nullInputStream(),
            out,
            new PrintStream(err, true, UTF_8),
            Map.of("TASKS_BOOTSTRAP", platform.bootstrap()),
            arguments);
    String text = out.toString(UTF_8) + err.toString(UTF_8);
    assertThat(code).as(text).isEqualTo(expected);
    return text;
  }
}
