package io.clusterdb.tasks.orchestrator.workflow.engine;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowTaskState;
import io.clusterdb.tasks.workflow.WorkflowCheck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A run in memory: keeps rows, events and effects, and checks that events alone make the rows. */
final class TestRun {
  static final String ID = "run-1";

  final Map<Row.Key, Row> rows = new HashMap<>();
  final List<RunEvent> history = new ArrayList<>();
  final List<Long> times = new ArrayList<>();
  final List<Effect> effects = new ArrayList<>();
  final Set<String> moves = new TreeSet<>();
  final Plan plan;
  long now = 1_000;
  private final Settings settings;
  private Memory memory = new Memory();

  TestRun(Workflow workflow) {
    this(workflow, Settings.DEFAULT);
  }

  TestRun(Workflow workflow, Settings settings) {
    WorkflowCheck.require(workflow);
    this.plan = new Plan(workflow);
    this.settings = settings;
  }

  TestRun start(@Nullable String input) {
    tell(new RunCommand.Start(ID, "c1", input, Map.of("source", "test"), "caller/1", null));
    return this;
  }

  Decision tell(RunCommand command) {
    Decision decision =
        Decider.decide(plan, rows::get, command, now, settings, job -> null, memory);
    Map<Row.Key, Row> before = new HashMap<>(rows);
    write(rows, decision.rows());
    for (RunEvent event : decision.events()) {
      Map<Row.Key, Optional<Row>> changes = Evolver.evolve(before::get, plan, event, now);
      changes.forEach((key, row) -> moved(before.get(key), row.orElse(null)));
      write(before, changes);
      history.add(event);
      times.add(now);
    }
    if (!before.equals(rows)) {
      throw new AssertionError("events make other rows: " + before + " instead of " + rows);
    }
    effects.addAll(decision.effects());
    return decision;
  }

  /** Decides all again, from the history alone. */
  void decideAgain() {
    List<Redecision.Past> past = new ArrayList<>();
    for (int i = 0; i < history.size(); i++) {
      past.add(new Redecision.Past(history.get(i), times.get(i)));
    }
    Map<Row.Key, Row> again = Redecision.rows(plan, past, settings);
    if (!again.equals(rows)) {
      throw new AssertionError("decided otherwise: " + again + " instead of " + rows);
    }
  }

  private void moved(@Nullable Row before, @Nullable Row after) {
    if (before instanceof Row.Run was && after instanceof Row.Run is) {
      if (was.state() != is.state()) {
        check(Moves.of(was.state()).contains(is.state()), was.state() + " -> " + is.state());
      }
    } else if (after instanceof Row.Task is) {
      WorkflowTaskState was =
          before instanceof Row.Task task ? task.state() : WorkflowTaskState.PENDING;
      if (was != is.state()) {
        check(Moves.of(was).contains(is.state()), "task " + was + " -> " + is.state());
      }
    }
  }

  private void check(boolean legal, String move) {
    if (!legal) {
      throw new AssertionError("no legal move: " + move);
    }
    moves.add(move);
  }

  /** Forgets everything but the history, and makes the rows of it. */
  void crash() {
    Map<Row.Key, Row> again = new HashMap<>();
    for (int i = 0; i < history.size(); i++) {
      write(again, Evolver.evolve(again::get, plan, history.get(i), times.get(i)));
    }
    if (!again.equals(rows)) {
      throw new AssertionError("history makes other rows: " + again + " instead of " + rows);
    }
    rows.clear();
    rows.putAll(again);
    memory = new Memory();
  }

  private static void write(Map<Row.Key, Row> rows, Map<Row.Key, Optional<Row>> changes) {
    changes.forEach(
        (key, row) -> {
          if (row.isPresent()) {
            rows.put(key, row.get());
          } else {
            rows.remove(key);
          }
        });
  }

  Row.Run run() {
    return (Row.Run) Objects.requireNonNull(rows.get(Row.Key.RUN));
  }

  RunState state() {
    return run().state();
  }

  WorkflowTaskState state(String task) {
    Row row = rows.get(Row.Key.task(task));
    return row == null ? WorkflowTaskState.PENDING : ((Row.Task) row).state();
  }

  @Nullable String output(String task) {
    Row row = rows.get(Row.Key.output(task, -1));
    return row == null ? null : ((Row.Text) row).json();
  }

  List<Effect.RunJob> jobs() {
    return effects.stream()
        .filter(Effect.RunJob.class::isInstance)
        .map(Effect.RunJob.class::cast)
        .toList();
  }

  /** Types of the jobs so far. */
  List<String> types() {
    return jobs().stream().map(job -> job.task().type()).toList();
  }

  Effect.RunJob job(String id) {
    return jobs().stream()
        .filter(job -> job.jobId().equals(ID + "/" + id))
        .reduce((first, last) -> last)
        .orElseThrow();
  }

  Decision succeed(String id, String result) {
    return tell(new RunCommand.Outcome(job(id).jobId(), job(id).jobRun(), result, null));
  }

  Decision fail(String id, String error) {
    return tell(
        new RunCommand.Outcome(
            job(id).jobId(), job(id).jobRun(), null, new JobFailure(error, "no")));
  }
}
