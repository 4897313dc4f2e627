package io.clusterdb.tasks.orchestrator.workflow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowTask;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is asked of a run in a state that it does not fit: a clear answer, and nothing else. */
class RejectionTest {
  private static final Workflow WORKFLOW =
      Workflow.named("w")
          .timeout(Duration.ofMinutes(1))
          .task(WorkflowTask.named("a").compensateWith(Task.of("Undo")))
          .task(WorkflowTask.named("b").dependsOn("a"))
          .task(WorkflowTask.named("c").dependsOn("a"));

  /** States of a run, with those that its row does not name. */
  enum In {
    RUNNING,
    STOPPING,
    COMPENSATING,
    SUCCEEDED,
    FAILED,
    COMPENSATED,
    COMPENSATION_FAILED,
    CANCELLED,
    TIMED_OUT;

    boolean goesOn() {
      return this == RUNNING || this == STOPPING || this == COMPENSATING;
    }
  }

  /** What can be asked, or told. */
  enum Ask {
    CANCEL,
    SIGNAL,
    RETRY,
    RETRY_UNKNOWN,
    RETRY_FROM,
    OUTCOME_AGAIN,
    OUTCOME_OF_NOTHING,
    UNDO_AGAIN,
    TASK_DUE,
    RUN_DUE;

    boolean waitsForAnswer() {
      return switch (this) {
        case CANCEL, SIGNAL, RETRY, RETRY_UNKNOWN, RETRY_FROM -> true;
        default -> false;
      };
    }
  }

  private static TestRun in(In state) {
    TestRun run = new TestRun(WORKFLOW).start("{}");
    switch (state) {
      case RUNNING -> {}
      case FAILED -> run.fail("a", "E");
      case CANCELLED -> run.tell(new RunCommand.Cancel("x", false, null, null));
      case TIMED_OUT -> run.tell(new RunCommand.RunDue(run.run().deadline()));
      default -> run.succeed("a", "1");
    }
    switch (state) {
      case SUCCEEDED -> {
        run.succeed("b", "1");
        run.succeed("c", "1");
      }
      case STOPPING -> run.fail("b", "E");
      case COMPENSATING, COMPENSATED, COMPENSATION_FAILED -> {
        run.fail("b", "E");
        run.succeed("c", "1");
      }
      default -> {}
    }
    switch (state) {
      case COMPENSATED -> run.succeed("a/compensate", "1");
      case COMPENSATION_FAILED -> run.fail("a/compensate", "E");
      default -> {}
    }
    RunState expected = state == In.STOPPING ? RunState.RUNNING : RunState.valueOf(state.name());
    assertThat(run.state()).isEqualTo(expected);
    return run;
  }

  private static RunCommand command(Ask ask, TestRun run) {
    return switch (ask) {
      case CANCEL -> new RunCommand.Cancel("c", false, null, "me/1");
      case SIGNAL -> new RunCommand.Signal("c", "go", "1", "me/1");
      case RETRY -> new RunCommand.Retry("c", null, "me/1");
      case RETRY_UNKNOWN -> new RunCommand.Retry("c", "zzz", "me/1");
      case RETRY_FROM -> new RunCommand.Retry("c", "a", "me/1");
      case OUTCOME_AGAIN ->
          new RunCommand.Outcome(TestRun.ID + "/a", run.run().runId() + ".1", "2", null);
      case OUTCOME_OF_NOTHING ->
          new RunCommand.Outcome(TestRun.ID + "/zzz", run.run().runId() + ".1", "2", null);
      case UNDO_AGAIN ->
          new RunCommand.Outcome(
              TestRun.ID + "/a/compensate",
              run.run().runId() + ".c7",
              null,
              new JobFailure("E", "no"));
      case TASK_DUE -> new RunCommand.TaskDue("a", 7);
      case RUN_DUE -> new RunCommand.RunDue(7);
    };
  }

  /** Why it is refused; null if it is not. */
  private static @Nullable String reason(In state, Ask ask) {
    String named = "run run-1 is " + state;
    String row = "run run-1 is " + (state == In.STOPPING ? In.RUNNING : state);
    return switch (ask) {
      case CANCEL ->
          state == In.RUNNING || state == In.STOPPING
              ? null
              : "expected a run that goes on, but " + named;
      case SIGNAL ->
          switch (state) {
            case RUNNING -> null;
            case STOPPING -> "expected a run that goes on, but run run-1 is about to end";
            default -> "expected a run that goes on, but " + named;
          };
      case RETRY, RETRY_UNKNOWN, RETRY_FROM ->
          state.goesOn() ? "expected a run that has ended, but " + row : retry(state, ask);
      case OUTCOME_AGAIN ->
          state == In.RUNNING
              ? null
              : "expected the outcome of a job that run run-1 waits for, but that of run-1/a";
      case OUTCOME_OF_NOTHING -> "expected a task of run run-1, but found job run-1/zzz";
      case UNDO_AGAIN ->
          "expected the outcome of a job that run run-1 waits for, but that of run-1/a/compensate";
      case TASK_DUE -> "expected a task that waits for this time, but a does not";
      case RUN_DUE -> "expected a run that is due, but run-1 is not";
    };
  }

  private static @Nullable String retry(In state, Ask ask) {
    if (ask == Ask.RETRY_UNKNOWN) {
      return "expected a task of workflow w/1.0, but found zzz";
    }
    if (state == In.COMPENSATION_FAILED) {
      return ask == Ask.RETRY
          ? null
          : "expected no task, since run run-1 goes on with its compensation first, but found a";
    }
    return state == In.SUCCEEDED && ask == Ask.RETRY
        ? "expected a task that failed, but every task of run run-1 ended well; name the task"
        : null;
  }

  static Stream<Arguments> all() {
    return Arrays.stream(In.values())
        .flatMap(state -> Arrays.stream(Ask.values()).map(ask -> Arguments.of(state, ask)));
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatDoesNotFitIsRefusedAndChangesNothing(In state, Ask ask) {
    TestRun run = in(state);
    Map<Row.Key, Row> before = new HashMap<>(run.rows);
    Decision decision = run.tell(command(ask, run));
    String reason = reason(state, ask);
    if (reason == null) {
      assertThat(decision.rejection()).isNull();
      assertThat(decision.events()).isNotEmpty();
      return;
    }
    assertThat(Objects.requireNonNull(decision.rejection()).message()).startsWith(reason);
    assertThat(decision.rejection().message()).matches("expected .*, but .*");
    List<Effect> effects = decision.effects();
    if (ask.waitsForAnswer()) {
      assertThat(effects).containsExactly(new Effect.Answer("me/1", decision.rejection()));
    } else {
      assertThat(effects).isEmpty();
    }
    before.remove(Row.Key.RUN); // It counts the refusal, which is in its history.
    Map<Row.Key, Row> after = new HashMap<>(run.rows);
    after.remove(Row.Key.RUN);
    assertThat(after).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(In.class)
  void anEndIsTheSameForWhoAsksAgain(In state) {
    TestRun run = in(state);
    Decision decision = run.tell(new RunCommand.Await("me/9"));
    if (state.goesOn()) {
      assertThat(decision.events()).containsExactly(new RunEvent.WaiterAdded("me/9"));
    } else {
      assertThat(decision.effects())
          .singleElement()
          .isInstanceOfSatisfying(
              Effect.ReplyEnd.class, end -> assertThat(end.state()).isEqualTo(run.state()));
    }
  }

  @Test
  void aCompensationThatIsLetGoOnKeepsWhyItBegan() {
    TestRun run = in(In.COMPENSATION_FAILED);
    JobFailure failed = Objects.requireNonNull(run.run().error());
    assertThat(failed.message()).contains("undoing task a failed").contains("task b failed");
    run.tell(new RunCommand.Retry("c", null, null));
    run.succeed("a/compensate", "1");
    assertThat(run.state()).isEqualTo(RunState.COMPENSATED);
    assertThat(run.run().error()).isEqualTo(new JobFailure("E", "task b failed with E: no"));
    run.decideAgain();
  }

  @Test
  void everyStateOfARunIsInTheTable() {
    Map<RunState, In> known = new EnumMap<>(RunState.class);
    for (RunState state : RunState.values()) {
      known.put(state, In.valueOf(state.name()));
    }
    assertThat(known).hasSize(RunState.values().length);
  }
}
