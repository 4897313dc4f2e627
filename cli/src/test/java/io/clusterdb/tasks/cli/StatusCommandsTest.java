package io.clusterdb.tasks.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.JobAttempt;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.JobStatus;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.codec.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StatusCommandsTest {
  private final FakePlatform platform = new FakePlatform(TasksConfig.of("unused:1"));
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void statusShowsWhatIsKnownAndNothingElse() {
    platform.tasks.statuses.add(job("job-1", JobState.RUNNING, 0.5, null, null));
    assertThat(tasks("job", "status", "job-1")).isEqualTo(ExitCodes.DONE);
    assertThat(out())
        .contains("state     RUNNING")
        .contains("attempt   2 of 3")
        .contains("progress  50 %")
        .contains("source    api")
        .doesNotContain("finished");
  }

  @Test
  void statusAsJsonHasTheContractsFields() throws IOException {
    platform.tasks.statuses.add(
        job("job-1", JobState.DEAD, null, new JobFailure("CardDeclined", "no"), null));
    assertThat(tasks("job", "status", "job-1", "--output", "json")).isEqualTo(ExitCodes.DONE);
    JsonNode json = Json.mapper().readTree(out());
    assertThat(json.fieldNames())
        .toIterable()
        .startsWith("id", "run", "queue", "type", "state", "attempt", "maxAttempts", "priority")
        .contains("durationMs", "progress", "worker", "result");
    assertThat(json.path("error").path("type").asText()).isEqualTo("CardDeclined");
    assertThat(json.path("metadata").path("source").asText()).isEqualTo("api");
  }

  @Test
  void attemptsShowWhereTheyFailedAndMoveNoCursor() throws IOException {
    platform.tasks.statuses.add(job("job-1", JobState.DEAD, null, null, null));
    platform.tasks.attempts.add(
        new JobAttempt(
            1,
            JobState.RETRYING,
            Instant.parse("2026-12-01T00:00:00Z"),
            null,
            Duration.ofMillis(12),
            "w-1",
            new JobFailure("CardDeclined", "no\u001b[2J"),
            "shop.CardDeclined: no\n\tat shop.Bank.charge(Bank.java:42)",
            null));
    assertThat(tasks("job", "attempts", "job-1")).isEqualTo(ExitCodes.DONE);
    assertThat(out().lines())
        .containsExactly(
            "attempt 1  RETRYING  2026-12-01T00:00:00Z  took 12ms  on w-1",
            "  CardDeclined: no\\u001b[2J",
            "    shop.CardDeclined: no",
            "        at shop.Bank.charge(Bank.java:42)");
    assertThat(tasks("job", "attempts", "job-1", "--output", "json")).isEqualTo(ExitCodes.DONE);
    JsonNode attempt = Json.mapper().readTree(out()).path("attempts").path(0);
    assertThat(attempt.path("stackTrace").asText()).contains("Bank.java:42");
    assertThat(attempt.path("durationMs").asLong()).isEqualTo(12);
    assertThat(tasks("job", "attempts", "job-2")).isEqualTo(ExitCodes.NOT_FOUND);
  }

  @Test
  void anUnknownJobIsNotFound() {
    assertThat(tasks("job", "status", "job-9")).isEqualTo(ExitCodes.NOT_FOUND);
    assertThat(err()).contains("Job not found");
  }

  @Test
  void listGoesOnUntilTheLimitAndGivesTheCursorOfTheRest() throws IOException {
    for (int i = 1; i <= 4; i++) {
      platform.tasks.statuses.add(job("job-" + i, JobState.QUEUED, null, null, null));
    }
    assertThat(tasks("job", "list", "--limit", "3", "--output", "json")).isEqualTo(ExitCodes.DONE);
    JsonNode page = Json.mapper().readTree(out());
    assertThat(page.path("jobs")).extracting(job -> job.path("id").asText()).hasSize(3);
    assertThat(page.path("cursor").asText()).isEqualTo("3");
  }

  @Test
  void listTakesStatesInAnyCaseAndShowsATable() {
    platform.tasks.statuses.add(job("job-1", JobState.QUEUED, null, null, null));
    platform.tasks.statuses.add(
        job("job-2", JobState.DEAD, null, new JobFailure("Odd", "odd"), null));
    assertThat(tasks("job", "list", "--state", "dead,retrying")).isEqualTo(ExitCodes.DONE);
    assertThat(out()).contains("job-2  DEAD").contains("Odd").doesNotContain("job-1");
    assertThat(tasks("job", "list", "--limit", "0")).isEqualTo(ExitCodes.USAGE);
  }

  @Test
  void resultPrintsWhatTheHandlerReturned() {
    platform.tasks.statuses.add(job("job-1", JobState.SUCCEEDED, null, null, "{\"sum\":1.10}"));
    assertThat(tasks("job", "result", "job-1")).isEqualTo(ExitCodes.DONE);
    assertThat(out().strip()).isEqualTo("{\"sum\":1.10}");
  }

  @Test
  void resultFailsWhereTheJobDidNotEndWell() {
    platform.tasks.statuses.add(
        job("job-1", JobState.DEAD, null, new JobFailure("Odd", "odd"), null));
    platform.tasks.statuses.add(job("job-2", JobState.QUEUED, null, null, null));
    assertThat(tasks("job", "result", "job-1")).isEqualTo(ExitCodes.FAILED);
    assertThat(err()).contains("ended as DEAD: Odd: odd");
    assertThat(tasks("job", "result", "job-2")).isEqualTo(ExitCodes.FAILED);
    assertThat(err()).contains("has not ended: it is QUEUED");
    assertThat(platform.tasks.waits).isEmpty();
  }

  @Test
  void statsShowsOneQueueInDetailAndAllInATable() throws IOException {
    platform.queues.createQueue(Queue.named("default").build());
    platform.queues.createQueue(Queue.named("mail").build());
    platform.queues.pause("mail");
    assertThat(tasks("queue", "stats", "default")).isEqualTo(ExitCodes.DONE);
    assertThat(out()).contains("depth          3").contains("errors         25.0%");
    assertThat(tasks("queue", "stats")).isEqualTo(ExitCodes.DONE);
    assertThat(out()).contains("mail (paused)").contains("default");
    assertThat(tasks("queue", "stats", "default", "--output", "json")).isEqualTo(ExitCodes.DONE);
    JsonNode json = Json.mapper().readTree(out());
    assertThat(json.path("byState").path("QUEUED").asLong()).isEqualTo(2);
    assertThat(json.path("byLane").path("normal").asLong()).isEqualTo(3);
    assertThat(json.path("oldestAgeSeconds").asDouble()).isEqualTo(1.5);
  }

  @Test
  void statsOfAnUnknownQueueAreNotFound() {
    assertThat(tasks("queue", "stats", "none")).isEqualTo(ExitCodes.NOT_FOUND);
    assertThat(tasks("queue", "stats", "--watch")).isEqualTo(ExitCodes.USAGE);
  }

  private static JobStatus job(
      String id,
      JobState state,
      @Nullable Double progress,
      @Nullable JobFailure error,
      @Nullable String result) {
    return new JobStatus(
        id,
        "run-1",
        "default",
        "ProcessOrder",
        state,
        2,
        3,
        Priority.NORMAL,
        Instant.parse("2026-12-01T00:00:00Z"),
        null,
        null,
        null,
        Duration.ofMillis(1_500),
        progress,
        "worker-1",
        error,
        result,
        Map.of("source", "api"),
        null,
        null,
        false);
  }

  private int tasks(String... arguments) {
    out.reset();
    err.reset();
    Terminal terminal =
        new Terminal(new ByteArrayInputStream(new byte[0]), out, new PrintStream(err), false);
    return new Cli(terminal, Map.of(), (config, metrics) -> platform, new StopSignal())
        .execute(arguments);
  }

  private String out() {
    return out.toString(UTF_8);
  }

  private String err() {
    return err.toString(UTF_8);
  }
}
