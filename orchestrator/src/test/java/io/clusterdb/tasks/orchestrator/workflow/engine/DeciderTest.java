package io.clusterdb.tasks.orchestrator.workflow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.ErrorHandling;
import io.clusterdb.tasks.ForEach;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.OnFailure;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.WorkflowTaskState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DeciderTest {
  private static final Workflow ORDERS =
      Workflow.named("orders")
          .timeout(Duration.ofMinutes(30))
          .task(WorkflowTask.named("validate").payload(Map.of("id", "{{input.id}}")))
          .task(
              WorkflowTask.named("pay")
                  .payload(Map.of("amount", "{{tasks.validate.output.amount}}"))
                  .dependsOn("validate")
                  .compensateWith(Task.of("Refund").payload("{{tasks.pay.output}}")))
          .task(WorkflowTask.named("ship").dependsOn("pay"))
          .task(WorkflowTask.named("thank").dependsOn("ship"));

  @Test
  void runsTasksInOrderWithTheirTemplatesFilled() {
    TestRun run = new TestRun(ORDERS).start("{\"id\": 7}");
    assertThat(run.job("validate").payload()).isEqualTo("{\"id\":7}");
    assertThat(run.job("validate").task().metadata())
        .containsEntry("source", "test")
        .containsEntry("execution", TestRun.ID);

    run.succeed("validate", "{\"amount\": 9.90}");
    assertThat(run.job("pay").payload()).isEqualTo("{\"amount\":9.90}");
    run.succeed("pay", "\"receipt\"");
    assertThat(run.job("ship").payload()).isEqualTo("{\"id\":7}");
    run.succeed("ship", "null");
    run.succeed("thank", "\"bye\"");

    assertThat(run.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(run.output("")).isEqualTo("\"bye\"");
    assertThat(run.effects.getLast()).isInstanceOf(Effect.ReplyEnd.class);
  }

  @Test
  void undoesCompletedTasksWhenALaterOneFails() {
    TestRun run = new TestRun(ORDERS).start("{\"id\": 7}");
    run.succeed("validate", "{\"amount\": 1}");
    run.succeed("pay", "\"receipt\"");
    run.fail("ship", "OutOfStock");

    assertThat(run.state()).isEqualTo(RunState.COMPENSATING);
    assertThat(run.state("thank")).isEqualTo(WorkflowTaskState.SKIPPED);
    Row.Task thank = (Row.Task) Objects.requireNonNull(run.rows.get(Row.Key.task("thank")));
    assertThat(Objects.requireNonNull(thank.error()).message())
        .isEqualTo(
            "Task dependency failed: thank cannot run, ship failed with OutOfStock. Check the task"
                + " chain.");
    assertThat(run.job("pay/compensate").payload()).isEqualTo("\"receipt\"");
    run.succeed("pay/compensate", "null");
    assertThat(run.state()).isEqualTo(RunState.COMPENSATED);
    assertThat(run.state("pay")).isEqualTo(WorkflowTaskState.COMPENSATED);
  }

  @Test
  void aFailedCompensationIsResumed() {
    TestRun run = new TestRun(ORDERS).start("{\"id\": 7}");
    run.succeed("validate", "{\"amount\": 1}");
    run.succeed("pay", "1");
    run.fail("ship", "OutOfStock");
    run.fail("pay/compensate", "BankClosed");
    assertThat(run.state()).isEqualTo(RunState.COMPENSATION_FAILED);

    run.tell(new RunCommand.Retry("c2", null, "caller/2"));
    assertThat(run.state()).isEqualTo(RunState.COMPENSATING);
    run.succeed("pay/compensate", "null");
    assertThat(run.state()).isEqualTo(RunState.COMPENSATED);
  }

  @Test
  void anEndedRunGoesOnFromWhatFailed() {
    TestRun run =
        new TestRun(ORDERS.errorHandling(ErrorHandling.FAIL).tasks(withoutCompensation()))
            .start("{\"id\": 7}");
    run.succeed("validate", "{\"amount\": 1}");
    Effect.RunJob first = run.job("pay");
    run.fail("pay", "CardDeclined");
    assertThat(run.state()).isEqualTo(RunState.FAILED);

    run.tell(new RunCommand.Retry("c2", null, null));
    Decision stale = run.tell(new RunCommand.Outcome(first.jobId(), first.jobRun(), "1", null));
    assertThat(Objects.requireNonNull(stale.rejection()).message()).startsWith("expected ");
    run.succeed("pay", "1");
    run.succeed("ship", "1");
    run.succeed("thank", "2");
    assertThat(run.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(run.types()).containsExactly("validate", "pay", "pay", "ship", "thank");
  }

  private static List<WorkflowTask> withoutCompensation() {
    return ORDERS.tasks().stream().map(task -> task.compensateWith(null)).toList();
  }

  @Test
  void namesPathAndTaskOfATemplateThatLeadsNowhere() {
    TestRun run = new TestRun(ORDERS).start("{\"other\": 7}");

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(Objects.requireNonNull(run.run().error()).message())
        .contains("task validate")
        .contains("{{input.id}}");
  }

  @Test
  void fansOutWithBoundedParallelismAndCollectsInOrder() {
    TestRun run =
        new TestRun(
                Workflow.named("w")
                    .task(
                        WorkflowTask.named("each")
                            .payload("{{item}}")
                            .forEach(ForEach.of("{{input}}").concurrency(2)))
                    .task(
                        WorkflowTask.named("sum")
                            .payload("{{tasks.each.output}}")
                            .dependsOn("each")))
            .start("[\"a\", \"b\", \"c\"]");
    assertThat(run.jobs()).extracting(Effect.RunJob::payload).containsExactly("\"a\"", "\"b\"");

    run.succeed("each/1", "2");
    Decision twice = run.succeed("each/1", "2");
    assertThat(twice.rejection()).isNotNull();
    run.succeed("each/2", "3");
    run.succeed("each/0", "1");

    assertThat(run.job("sum").payload()).isEqualTo("[1,2,3]");
  }

  @Test
  void anOutcomeOfALargeFanOutWritesFewRows() {
    int size = 10_000;
    TestRun run =
        new TestRun(Workflow.named("w").task(WorkflowTask.named("each").forEach("{{input}}")))
            .start("[" + "1,".repeat(size - 1) + "1]");
    RunCommand first =
        new RunCommand.Outcome(run.job("each/0").jobId(), run.job("each/0").jobRun(), "1", null);

    assertThat(
            Decider.decide(
                    run.plan, run.rows::get, first, 1, Settings.DEFAULT, job -> null, new Memory())
                .rows())
        .hasSizeLessThanOrEqualTo(3);
  }

  @Test
  void sleepsAndWaitsForSignals() {
    TestRun run =
        new TestRun(
                Workflow.named("w")
                    .task(WorkflowTask.named("nap").sleep(Duration.ofSeconds(5)))
                    .task(
                        WorkflowTask.named("paid")
                            .waitFor("payment")
                            .timeout(Duration.ofSeconds(9))
                            .dependsOn("nap")))
            .start(null);
    run.tell(new RunCommand.Signal("s1", "payment", "5", null));
    assertThat(run.state("nap")).isEqualTo(WorkflowTaskState.WAITING);
    run.tell(new RunCommand.TaskDue("nap", run.now + 5_000));

    assertThat(run.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(run.output("")).isEqualTo("5");
    Decision late = run.tell(new RunCommand.Signal("s2", "payment", "6", "caller/9"));
    assertThat(Objects.requireNonNull(late.rejection()).message())
        .isEqualTo("expected a run that goes on, but run run-1 is SUCCEEDED");
    assertThat(late.effects()).containsExactly(new Effect.Answer("caller/9", late.rejection()));
  }

  @Test
  void aWaitThatTakesTooLongFails() {
    TestRun run =
        new TestRun(
                Workflow.named("w")
                    .task(
                        WorkflowTask.named("paid")
                            .waitFor("payment")
                            .timeout(Duration.ofSeconds(9))))
            .start(null);
    run.tell(new RunCommand.TaskDue("paid", run.now + 9_000));

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(Objects.requireNonNull(run.run().error()).type()).isEqualTo("TASK_TIMEOUT");
  }

  @Test
  void conditionsSkipAndContinuedFailuresLetTheRunGoOn() {
    TestRun run =
        new TestRun(
                Workflow.named("w")
                    .task(WorkflowTask.named("vip").when("input.amount > 100"))
                    .task(WorkflowTask.named("mail").onFailure(OnFailure.CONTINUE))
                    .task(
                        WorkflowTask.named("end")
                            .payload("{{tasks.mail.error.type}} {{tasks.vip.state}}")
                            .dependsOn("vip", "mail")))
            .start("{\"amount\": 5}");
    assertThat(run.state("vip")).isEqualTo(WorkflowTaskState.SKIPPED);
    run.fail("mail", "NoServer");

    assertThat(run.job("end").payload()).isEqualTo("\"NoServer SKIPPED\"");
  }

  @Test
  void aTimeoutCancelsWhatRunsAndUndoesWhatCompleted() {
    TestRun run = new TestRun(ORDERS).start("{\"id\": 7}");
    run.succeed("validate", "{\"amount\": 1}");
    run.succeed("pay", "1");
    run.tell(new RunCommand.RunDue(run.run().deadline()));

    assertThat(run.effects).contains(new Effect.CancelJob("run-1/ship", run.job("ship").jobRun()));
    run.succeed("pay/compensate", "null");
    assertThat(run.state()).isEqualTo(RunState.TIMED_OUT);
  }

  @Test
  void cancellingEndsAtOnceOrAfterCompensation() {
    TestRun plain = new TestRun(ORDERS).start("{\"id\": 7}");
    plain.tell(new RunCommand.Cancel("c2", false, null, null));
    assertThat(plain.state()).isEqualTo(RunState.CANCELLED);

    TestRun undone = new TestRun(ORDERS).start("{\"id\": 7}");
    undone.succeed("validate", "{\"amount\": 1}");
    undone.succeed("pay", "1");
    undone.tell(new RunCommand.Cancel("c2", true, "typo", null));
    assertThat(undone.state()).isEqualTo(RunState.RUNNING); // ship is waited for
    undone.succeed("ship", "1");
    undone.succeed("pay/compensate", "null");
    assertThat(undone.state()).isEqualTo(RunState.COMPENSATED);
  }

  @Test
  void subWorkflowsReportToTheirParent() {
    TestRun run =
        new TestRun(Workflow.named("w").task(WorkflowTask.named("sub").workflow("other")))
            .start("1");
    Effect.StartRun child = (Effect.StartRun) run.effects.getFirst();
    assertThat(child.executionId()).isEqualTo("run-1.sub");

    run.tell(
        new RunCommand.Outcome(
            child.parent().jobId(),
            child.parent().jobRun(),
            null,
            new JobFailure("CardDeclined", "no")));
    assertThat(run.state()).isEqualTo(RunState.FAILED);
  }

  @Test
  void startingTwiceStartsOnce() {
    TestRun run = new TestRun(ORDERS).start("{\"id\": 7}");
    run.tell(new RunCommand.Start(TestRun.ID, "c9", null, Map.of(), "caller/2", null));

    assertThat(run.jobs()).hasSize(1);
    assertThat(((Row.Names) Objects.requireNonNull(run.rows.get(Row.Key.WAITERS))).values())
        .containsExactly("caller/1", "caller/2");
  }

  @Test
  void tooLargeAPayloadFailsBeforeItIsForwarded() {
    TestRun run =
        new TestRun(
                Workflow.named("w")
                    .task(WorkflowTask.named("a").payload("{{input}} and {{input}} again")),
                new Settings(Duration.ofDays(1), 100, 100))
            .start("\"" + "x".repeat(60) + "\"");

    assertThat(run.jobs()).isEmpty();
    assertThat(Objects.requireNonNull(run.run().error()).type()).isEqualTo("PayloadTooLarge");
  }

  @Test
  void tooLargeAnInputStartsNothing() {
    TestRun run =
        new TestRun(
            Workflow.named("w").task(WorkflowTask.named("a")),
            new Settings(Duration.ofDays(1), 100, 100));
    Decision decision =
        run.tell(
            new RunCommand.Start(TestRun.ID, "c1", "x".repeat(101), Map.of(), "caller/1", null));

    assertThat(run.rows).isEmpty();
    assertThat(decision.effects()).singleElement().isInstanceOf(Effect.Answer.class);
  }

  @Test
  void signalsThatNobodyWaitsForAreKeptUpToASize() {
    TestRun run =
        new TestRun(
                Workflow.named("w").task(WorkflowTask.named("a")),
                new Settings(Duration.ofDays(1), 100, 100))
            .start(null);
    assertThat(run.tell(new RunCommand.Signal("s1", "go", "x".repeat(60), null)).rejection())
        .isNull();
    assertThat(run.tell(new RunCommand.Signal("s2", "go", "x".repeat(60), null)).rejection())
        .isNotNull();
  }
}
