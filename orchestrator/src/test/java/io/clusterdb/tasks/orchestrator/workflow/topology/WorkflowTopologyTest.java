package io.clusterdb.tasks.orchestrator.workflow.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.ForEach;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.orchestrator.workflow.engine.Settings;
import io.clusterdb.tasks.orchestrator.workflow.topology.TestEngine.Started;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.WorkflowCommand;
import io.clusterdb.tasks.schemas.avro.WorkflowCommandKind;
import io.clusterdb.tasks.schemas.avro.WorkflowReply;
import io.clusterdb.tasks.schemas.avro.WorkflowRunState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // start() comes before each test
class WorkflowTopologyTest {
  private static final String CHANGELOG = "test-workflows-changelog";

  @TempDir Path directory;

  private final TestCatalog catalog =
      new TestCatalog()
          .with(Queue.named("default").build())
          .with(
              Workflow.named("two")
                  .task(WorkflowTask.named("a"))
                  .task(
                      WorkflowTask.named("b")
                          .dependsOn("a")
                          .payload("{{tasks.a.output.amount}}")
                          .compensateWith(Task.of("UndoB"))))
          .with(Workflow.named("nap").task(WorkflowTask.named("rest").sleep(Duration.ofHours(1))))
          .with(
              Workflow.named("brief")
                  .task(WorkflowTask.named("never").when("false").sleep(Duration.ofHours(1))))
          .with(Workflow.named("outer").task(WorkflowTask.named("inner").workflow("two")))
          .with(Workflow.named("lost").task(WorkflowTask.named("a").queue("absent")))
          .with(
              Workflow.named("many")
                  .task(
                      WorkflowTask.named("each")
                          .payload("{{item}}")
                          .forEach(ForEach.of("{{input}}").concurrency(10))));
  private TestEngine engine;

  @BeforeEach
  void start() {
    engine =
        new TestEngine(directory, catalog, new Settings(Duration.ofDays(1), 900_000, 3_000_000));
  }

  @AfterEach
  void stop() {
    engine.close();
  }

  @Test
  void aSequenceRunsJobByJobAndTellsWhoWaits() {
    engine.start("run-1", "two", null, "{\"x\":1}");
    Started first = engine.job();
    assertThat(first.id()).isEqualTo("run-1/a");
    assertThat(first.payload()).isEqualTo("{\"x\":1}");
    assertThat(first.header(JobHeaders.REPLY_TO)).isEqualTo("workflow");
    assertThat(first.header(JobHeaders.REPLY_KEY)).isEqualTo("run-1");
    assertThat(first.header(JobHeaders.META_PREFIX + "source")).isEqualTo("test");
    assertThat(first.header(JobHeaders.META_PREFIX + "execution")).isEqualTo("run-1");
    engine.end(first, "{\"amount\":12.50}", null);
    Started second = engine.job();
    assertThat(second.payload()).isEqualTo("12.50");
    engine.end(second, "\"done\"", null);

    WorkflowReply reply = engine.replies().getFirst();
    assertThat(reply.getState()).isEqualTo(WorkflowRunState.SUCCEEDED);
    assertThat(reply.getOutput()).isEqualTo("\"done\"");
    assertThat(engine.kinds())
        .containsExactly(
            "RUN_STARTED",
            "TASK_STARTED a",
            "TASK_SUCCEEDED a",
            "TASK_STARTED b",
            "TASK_SUCCEEDED b",
            "RUN_ENDED");
    assertThat(engine.replayed("run-1")).isEqualTo(engine.rows("run-1"));
  }

  @Test
  void aStartOrAnOutcomeThatComesTwiceChangesNothing() {
    engine.start("run-1", "two", null, null);
    engine.start("run-1", "two", null, null);
    Started first = engine.job();
    engine.end(first, "{\"amount\":1}", null);
    engine.end(first, "{\"amount\":2}", null);
    assertThat(engine.job().payload()).isEqualTo("1");
  }

  @Test
  void aRunKeepsItsVersionThoughTheCatalogForgetsIt() {
    engine.start("run-1", "two", "1.0", null);
    catalog.clear();
    catalog.with(Workflow.named("two").version("2.0").task(WorkflowTask.named("other")));
    engine.start("run-2", "two", null, null);
    engine.start("run-3", "two", "1.0", null);
    List<Started> jobs = engine.jobs();
    assertThat(jobs).extracting(Started::id).containsExactly("run-1/a", "run-2/other", "run-3/a");
    engine.end(jobs.getFirst(), "{\"amount\":1}", null);
    assertThat(engine.job().id()).isEqualTo("run-1/b");
  }

  @Test
  void aSleepEndsInItsTimeAndAnEndedRunIsForgotten() {
    engine.start("run-1", "nap", null, null);
    engine.pass(Duration.ofMinutes(59));
    assertThat(engine.run("run-1").state()).isEqualTo(RunState.RUNNING);
    engine.pass(Duration.ofMinutes(2));
    assertThat(engine.run("run-1").state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(engine.replayed("run-1")).isEqualTo(engine.rows("run-1"));
    engine.pass(Duration.ofHours(23));
    assertThat(engine.rows("run-1")).isNotEmpty();
    engine.pass(Duration.ofHours(2));
    assertThat(engine.entries()).isZero();
  }

  @Test
  void runsThatExpireTogetherAreForgottenBitByBitAndHoldNothingUp() {
    int runs = 1_000;
    for (int i = 0; i < runs; i++) {
      engine.start("brief-" + i, "brief", null, null);
    }
    engine.pass(Duration.ofHours(23));
    engine.start("last", "nap", null, null);
    engine.pass(Duration.ofHours(1));
    assertThat(engine.run("last").state()).isEqualTo(RunState.SUCCEEDED);
    int before = engine.entries();
    assertThat(before).as("most of them are still there").isGreaterThan(runs);
    engine.pass(Duration.ofMillis(5));
    assertThat(engine.entries()).as("the thread has other things to do").isEqualTo(before);
    int turns = 0;
    while (engine.rows("brief-0").size() + engine.entries() > engine.rows("last").size() + 2) {
      engine.pass(Duration.ofMillis(20));
      turns++;
    }
    assertThat(turns).isBetween(5, 20);
    assertThat(engine.run("last").state()).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void aRunThatIsATaskEndsItsTask() {
    engine.start("run-1", "outer", null, "5");
    Started first = engine.job();
    assertThat(first.id()).isEqualTo("run-1.inner/a");
    engine.end(first, "{\"amount\":1}", null);
    engine.end(engine.job(), "7", null);
    assertThat(engine.run("run-1").state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(engine.replies().getFirst().getOutput()).isEqualTo("7");
    assertThat(engine.replayed("run-1")).isEqualTo(engine.rows("run-1"));
    assertThat(engine.replayed("run-1.inner")).isEqualTo(engine.rows("run-1.inner"));
  }

  @Test
  void aJobWhoseQueueDoesNotExistFailsItsTask() {
    engine.start("run-1", "lost", null, null);
    WorkflowReply reply = engine.replies().getFirst();
    assertThat(reply.getState()).isEqualTo(WorkflowRunState.FAILED);
    assertThat(reply.getError().getMessage()).contains("QUEUE_NOT_FOUND").contains("absent");
    assertThat(engine.replayed("run-1")).isEqualTo(engine.rows("run-1"));
  }

  @Test
  void whatCannotBeReadOrDecidedIsADeadLetterAndAnswered() {
    engine.sendRaw("nonsense".getBytes(UTF_8));
    engine.start("run-1", "unknown", null, null);
    assertThat(engine.out("tasks.orchestrator.dlq"))
        .hasSize(2)
        .allSatisfy(
            dead ->
                assertThat(HeaderText.of(dead.headers(), JobHeaders.ERROR_TYPE))
                    .isEqualTo("INVALID_RECORD"));
    assertThat(engine.replies().getFirst().getError().getType()).isEqualTo("WORKFLOW_NOT_FOUND");
    assertThat(engine.entries()).isZero();
  }

  @Test
  void anOutcomeThatOnlyARegistryThatIsAwayExplainsIsKept() {
    engine.close();
    try (PlatformCodec away =
        PlatformCodec.of(Map.of("schema.registry.url", "http://127.0.0.1:1"))) {
      engine =
          new TestEngine(
              directory, catalog, new Settings(Duration.ofDays(1), 900_000, 3_000_000), away);
      byte[] confluent = {0, 0, 0, 0, 7, 1, 2, 3};
      engine.outcomeRaw(confluent);
      engine.pass(Duration.ofSeconds(2));
      assertThat(engine.out("tasks.orchestrator.dlq")).isEmpty();
      assertThat(engine.entries()).as("kept until the registry is back").isEqualTo(1);
    }
  }

  @Test
  void aCommandForNoRunOrAnEndedOneIsRejectedWithTheReason() {
    WorkflowCommand cancel = engine.command("nobody", WorkflowCommandKind.CANCEL);
    cancel.setReplyKey("me/1");
    engine.send(cancel);
    assertThat(engine.replies().getFirst().getError().getType()).isEqualTo("EXECUTION_NOT_FOUND");
    engine.start("run-1", "lost", null, null);
    assertThat(engine.replies()).hasSize(1);
    cancel.setExecutionId("run-1");
    engine.send(cancel);
    assertThat(engine.replies().getFirst().getError().getMessage())
        .contains("expected a run that goes on, but run run-1 is FAILED");
  }

  @Test
  void anOutcomeOfALargeFanOutWritesAsLittleAsOneOfASmall() {
    int size = 2_000;
    StringBuilder input = new StringBuilder("[0");
    for (int i = 1; i < size; i++) {
      input.append(',').append(i);
    }
    engine.start("run-1", "many", null, input.append(']').toString());
    List<Started> jobs = engine.jobs();
    assertThat(jobs).hasSize(10);
    int most = 0;
    int ended = 0;
    engine.out(CHANGELOG);
    while (!jobs.isEmpty()) {
      for (Started job : jobs) {
        engine.end(job, job.payload(), null);
        ended++;
        int written = engine.out(CHANGELOG).size();
        most = ended < size ? Math.max(most, written) : most;
      }
      jobs = engine.jobs();
    }
    assertThat(ended).isEqualTo(size);
    assertThat(most).as("rows written for one outcome").isLessThanOrEqualTo(3);
    assertThat(engine.run("run-1").state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(engine.replayed("run-1")).isEqualTo(engine.rows("run-1"));
  }
}
