package io.clusterdb.tasks.orchestrator.workflow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.ForEach;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.OnFailure;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.WorkflowTaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Random graphs with random outcomes, twice and out of order, timers, signals, cancellations,
 * retries and crashes after which the history alone is left.
 */
class SimulationTest {
  private static final int RUNS = 3_000;
  private static final int MOST_STEPS = 400;

  @Test
  void everyRunKeepsItsOrderAndEndsOnce() {
    Set<RunState> ends = new HashSet<>();
    Set<String> moves = new TreeSet<>();
    for (long seed = 1; seed <= RUNS; seed++) {
      try {
        ends.add(simulate(new Random(seed), moves));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
    assertThat(ends)
        .contains(
            RunState.SUCCEEDED,
            RunState.FAILED,
            RunState.COMPENSATED,
            RunState.COMPENSATION_FAILED,
            RunState.CANCELLED,
            RunState.TIMED_OUT);
    assertThat(moves).as("every legal move was made").isEqualTo(legalMoves());
  }

  private static Set<String> legalMoves() {
    Set<String> legal = new TreeSet<>();
    for (RunState from : RunState.values()) {
      Moves.of(from).forEach(to -> legal.add(from + " -> " + to));
    }
    for (WorkflowTaskState from : WorkflowTaskState.values()) {
      Moves.of(from).forEach(to -> legal.add("task " + from + " -> " + to));
    }
    return legal;
  }

  private static RunState simulate(Random random, Set<String> moves) {
    TestRun run = new TestRun(workflow(random)).start("[1,2,3]");
    try {
      return simulate(random, run);
    } finally {
      moves.addAll(run.moves);
    }
  }

  private static RunState simulate(Random random, TestRun run) {
    List<RunCommand> open = new ArrayList<>();
    List<RunCommand> seen = new ArrayList<>();
    int taken = 0;
    boolean mayRetry = random.nextInt(3) == 0;
    for (int step = 0; step < MOST_STEPS; step++) {
      for (; taken < run.effects.size(); taken++) {
        collect(run.effects.get(taken), random, open);
      }
      check(run);
      if (random.nextInt(10) == 0) {
        run.crash();
      }
      if (run.state().terminal()) {
        if (!mayRetry || random.nextBoolean()) {
          run.decideAgain();
          return run.state();
        }
        mayRetry = random.nextInt(3) == 0;
        String from = random.nextBoolean() ? null : "t" + random.nextInt(run.plan.names().size());
        run.tell(new RunCommand.Retry("r" + step, from, null));
        continue;
      }
      run.now += random.nextInt(2_000);
      run.tell(next(run, random, open, seen));
    }
    throw new AssertionError("no end in " + MOST_STEPS + " steps: " + run.rows);
  }

  private static void collect(Effect effect, Random random, List<RunCommand> open) {
    JobFailure error = random.nextInt(6) == 0 ? new JobFailure("E", "no") : null;
    switch (effect) {
      case Effect.RunJob job ->
          open.add(new RunCommand.Outcome(job.jobId(), job.jobRun(), "{\"v\":1}", error));
      case Effect.StartRun child ->
          open.add(
              new RunCommand.Outcome(child.parent().jobId(), child.parent().jobRun(), "2", error));
      default -> {}
    }
  }

  private static RunCommand next(
      TestRun run, Random random, List<RunCommand> open, List<RunCommand> seen) {
    int dice = random.nextInt(40);
    if (dice == 0) {
      return new RunCommand.Cancel("x", random.nextBoolean(), null, null);
    }
    if (dice == 1 && run.run().deadline() > 0) {
      return new RunCommand.RunDue(run.run().deadline());
    }
    if (dice < 6 && !seen.isEmpty()) {
      return seen.get(random.nextInt(seen.size())); // twice, or long after its time
    }
    if (dice < 12) {
      return new RunCommand.Signal("s", "go", "1", null);
    }
    if (dice < 24 || open.isEmpty()) {
      List<Row.Task> due =
          run.rows.values().stream()
              .filter(Row.Task.class::isInstance)
              .map(Row.Task.class::cast)
              .filter(task -> task.due() > 0)
              .toList();
      if (!due.isEmpty()) {
        Row.Task task = due.get(random.nextInt(due.size()));
        return new RunCommand.TaskDue(task.name(), task.due());
      }
    }
    if (open.isEmpty()) {
      return new RunCommand.Signal("s", "go", "1", null);
    }
    RunCommand command = open.remove(random.nextInt(open.size()));
    seen.add(command);
    return command;
  }

  private static Workflow workflow(Random random) {
    int size = 1 + random.nextInt(8);
    List<WorkflowTask> tasks = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      WorkflowTask task = action(WorkflowTask.named("t" + i), random);
      for (int before = 0; before < i; before++) {
        if (random.nextInt(3) == 0) {
          task = task.dependsOn("t" + before);
        }
      }
      if (random.nextInt(4) == 0) {
        task = task.onFailure(OnFailure.CONTINUE);
      }
      if (random.nextInt(6) == 0) {
        task = task.when("input[0] > " + random.nextInt(3));
      }
      if (random.nextInt(3) == 0) {
        task = task.compensateWith(Task.of("Undo"));
      }
      tasks.add(task);
    }
    Workflow workflow = Workflow.named("w").tasks(tasks);
    return random.nextBoolean() ? workflow.timeout(Duration.ofSeconds(60)) : workflow;
  }

  private static WorkflowTask action(WorkflowTask task, Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> task.sleep(Duration.ofSeconds(1));
      case 1 -> task.waitFor("go").timeout(Duration.ofSeconds(5));
      case 2 -> task.workflow("other");
      case 3 -> task.forEach(ForEach.of("{{input}}").concurrency(1 + random.nextInt(3)));
      default -> task;
    };
  }

  /** What holds after every step. */
  private static void check(TestRun run) {
    Row.Run header = run.run();
    int open = 0;
    int running = 0;
    for (String name : run.plan.names()) {
      WorkflowTaskState state = run.state(name);
      boolean begun = state == WorkflowTaskState.RUNNING || state == WorkflowTaskState.WAITING;
      open += state.ended() ? 0 : 1;
      running += begun ? 1 : 0;
      if (begun || state == WorkflowTaskState.SUCCEEDED) {
        for (String need : run.plan.graph().needs(name)) {
          assertThat(run.state(need).ended()).as("%s before %s", need, name).isTrue();
        }
      }
    }
    assertThat(header.open()).as("tasks that have not ended").isEqualTo(open);
    assertThat(header.running()).as("tasks under way").isEqualTo(running);
    assertThat(header.state() == RunState.RUNNING || running == 0).isTrue();
    history(run);
  }

  private static void history(TestRun run) {
    int ends = 0;
    int begins = 0;
    Set<String> completed = new HashSet<>();
    for (RunEvent event : run.history) {
      switch (event) {
        case RunEvent.Started started -> begins++;
        case RunEvent.Resumed resumed -> {
          begins++;
          completed.removeAll(resumed.tasks());
        }
        case RunEvent.CompensationResumed resumed -> begins++;
        case RunEvent.Ended ended -> ends++;
        case RunEvent.TaskSucceeded done ->
            assertThat(completed.add(done.task())).as("%s completes once", done.task()).isTrue();
        case RunEvent.UndoStarted undo ->
            assertThat(completed).as("undone only if completed").contains(undo.task());
        case RunEvent.Undone undone ->
            assertThat(completed.remove(undone.task())).as("undone once").isTrue();
        default -> {}
      }
    }
    assertThat(ends).isEqualTo(run.state().terminal() ? begins : begins - 1);
  }
}
