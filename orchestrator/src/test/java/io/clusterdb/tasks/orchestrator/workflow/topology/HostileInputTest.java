package io.clusterdb.tasks.orchestrator.workflow.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.orchestrator.workflow.engine.Settings;
import io.clusterdb.tasks.orchestrator.workflow.topology.TestEngine.Started;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.JobError;
import io.clusterdb.tasks.schemas.avro.JobOutcome;
import io.clusterdb.tasks.schemas.avro.JobState;
import io.clusterdb.tasks.schemas.avro.WorkflowCommand;
import io.clusterdb.tasks.schemas.avro.WorkflowCommandKind;
import io.clusterdb.tasks.schemas.avro.WorkflowReply;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What anybody can write to the topics of the workflows. A good run goes on beside all of it. */
@SuppressWarnings("NullAway.Init") // start() comes before each test
class HostileInputTest {
  private static final PlatformCodec CODEC = PlatformCodec.singleObject();
  private static final int HUGE = 2 << 20;

  @TempDir Path directory;

  private TestEngine engine;
  private Started good;

  @BeforeEach
  void start() {
    TestCatalog catalog =
        new TestCatalog()
            .with(Queue.named("default").build())
            .with(Workflow.named("one").task(WorkflowTask.named("a")))
            .with(
                Workflow.named("two")
                    .task(WorkflowTask.named("a").waitFor("go"))
                    .task(WorkflowTask.named("b").dependsOn("a").payload("{{tasks.a.output}}")));
    engine = new TestEngine(directory, catalog, Settings.DEFAULT);
    engine.start("good", "one", null, "1");
    good = engine.job();
    assertThat(engine.kinds()).contains("RUN_STARTED");
  }

  @AfterEach
  void theGoodRunEnds() {
    engine.end(good, "2", null);
    assertThat(engine.run("good").state()).isEqualTo(RunState.SUCCEEDED);
    engine.close();
  }

  private void isDeadLetter(String reason) {
    List<TestRecord<byte[], byte[]>> dead = engine.out("tasks.orchestrator.dlq");
    assertThat(dead).as(reason).hasSize(1);
    assertThat(HeaderText.of(dead.getFirst().headers(), JobHeaders.ERROR_TYPE))
        .isEqualTo("INVALID_RECORD");
    assertThat(HeaderText.of(dead.getFirst().headers(), JobHeaders.ERROR_MESSAGE)).contains(reason);
  }

  private void command(String id, WorkflowCommandKind kind, Consumer<WorkflowCommand> more) {
    WorkflowCommand command = engine.command(id, kind);
    more.accept(command);
    engine.send(command);
  }

  private void outcome(String replyKey, String jobId, JobState state, String result) {
    JobOutcome outcome = new JobOutcome();
    outcome.setAt(Instant.ofEpochMilli(1));
    outcome.setReplyKey(replyKey);
    outcome.setJobId(jobId);
    outcome.setRun(good.header(JobHeaders.RUN));
    outcome.setQueue("default");
    outcome.setType("a");
    outcome.setState(state);
    outcome.setAttempt(1);
    outcome.setResult(result);
    outcome.setError(state == JobState.SUCCEEDED ? null : new JobError("E", "no"));
    engine.outcomeRaw(CODEC.encode("", outcome));
  }

  @Test
  void garbageIsADeadLetter() {
    for (byte[] bytes :
        List.of(
            "nonsense".getBytes(UTF_8),
            new byte[0],
            new byte[] {0},
            new byte[] {(byte) 0xC3, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9},
            "{\"kind\": \"START\"}".getBytes(UTF_8))) {
      engine.sendRaw(bytes);
      isDeadLetter("expected");
      engine.outcomeRaw(bytes);
      isDeadLetter("expected");
    }
  }

  @Test
  void aRecordOfAnotherTypeIsADeadLetter() {
    engine.outcomeRaw(CODEC.encode("", engine.command("good", WorkflowCommandKind.CANCEL)));
    isDeadLetter("expected");
    JobError other = new JobError("E", "no");
    engine.sendRaw(CODEC.encode("", other));
    isDeadLetter("expected");
  }

  @Test
  void aCommandThatLacksSomethingIsADeadLetter() {
    command("run-1", WorkflowCommandKind.START, command -> {});
    isDeadLetter("expected a command with workflow, found none");
    command("good", WorkflowCommandKind.SIGNAL, command -> {});
    isDeadLetter("expected a command with signal, found none");
    command("good", WorkflowCommandKind.AWAIT, command -> {});
    isDeadLetter("expected a command with replyKey, found none");
    command("a/b", WorkflowCommandKind.CANCEL, command -> {});
    isDeadLetter("expected an execution id of 1 to 300 characters");
    command("", WorkflowCommandKind.CANCEL, command -> {});
    isDeadLetter("expected an execution id of 1 to 300 characters");
    command("x".repeat(HUGE), WorkflowCommandKind.CANCEL, command -> {});
    isDeadLetter("expected an execution id of 1 to 300 characters");
  }

  @Test
  void anOutcomeOfNoOrAnImpossibleRunChangesNothing() {
    outcome("a\0b", "a\0b/a", JobState.SUCCEEDED, "1");
    isDeadLetter("expected an execution id of 1 to 300 characters");
    outcome("good", "good/a", JobState.RUNNING, "1");
    isDeadLetter("expected the outcome of a run, found state RUNNING");
    int before = engine.entries();
    outcome("nobody", "nobody/a", JobState.SUCCEEDED, "1");
    outcome("good", "other/a", JobState.SUCCEEDED, "1");
    outcome("good", "good/b", JobState.SUCCEEDED, "1");
    outcome("good", "good/a/7", JobState.SUCCEEDED, "1");
    outcome("good", "good/a/x", JobState.SUCCEEDED, "1");
    outcome("good", "good/a/compensate", JobState.SUCCEEDED, "1");
    assertThat(engine.out("tasks.orchestrator.dlq")).isEmpty();
    assertThat(engine.entries()).isEqualTo(before);
    assertThat(engine.run("good").state()).isEqualTo(RunState.RUNNING);
  }

  @Test
  void whoAsksForAWorkflowThatIsNotThereHearsOfIt() {
    engine.start("run-1", "unknown", "7", null);
    isDeadLetter("expected workflow unknown of version 7 in the catalog, found none");
    WorkflowReply reply = engine.replies().getFirst();
    assertThat(reply.getError().getType()).isEqualTo("WORKFLOW_NOT_FOUND");
  }

  @Test
  void aGiantInputOrSignalIsRefusedBeforeAnythingIsWritten() {
    String giant = "\"" + "x".repeat(HUGE) + "\"";
    engine.start("run-1", "one", null, giant);
    assertThat(engine.replies().getFirst().getError().getMessage())
        .contains("expected an input of run-1 of at most 900000 characters, found 2097154");
    assertThat(engine.rows("run-1")).isEmpty();
    engine.start("run-2", "two", null, null);
    assertThat(engine.kinds()).contains("TASK_STARTED a");
    command(
        "run-2",
        WorkflowCommandKind.SIGNAL,
        command -> {
          command.setSignal("go");
          command.setPayload(giant);
          command.setReplyKey("me/1");
        });
    assertThat(engine.replies().getFirst().getError().getMessage())
        .contains("expected payloads of signal go of at most 900000 characters, found 2097154");
    assertThat(engine.run("run-2").state()).isEqualTo(RunState.RUNNING);
  }

  @Test
  void anOutputThatIsTooLargeForTheNextJobFailsThatTask() {
    engine.start("run-1", "two", null, null);
    command(
        "run-1",
        WorkflowCommandKind.SIGNAL,
        command -> {
          command.setSignal("go");
          command.setPayload("\"" + "ü".repeat(600_000) + "\"");
        });
    assertThat(engine.jobs()).isEmpty();
    WorkflowReply reply = engine.replies().getFirst();
    assertThat(reply.getError().getType()).isEqualTo("PayloadTooLarge");
    assertThat(reply.getError().getMessage())
        .contains("expected at most 900000 bytes as payload of b, found 1200002");
  }

  @Test
  void whatIsNoJsonIsText() {
    int count = 0;
    for (String text : List.of("{bad", "", "nul", "\u0000")) {
      String id = "run-" + ++count;
      engine.start(id, "one", null, text);
      Started job = engine.job();
      engine.end(job, text, null);
      assertThat(engine.run(id).state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(engine.replayed(id)).isEqualTo(engine.rows(id));
    }
  }
}
