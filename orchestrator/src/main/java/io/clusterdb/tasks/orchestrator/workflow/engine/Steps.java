package io.clusterdb.tasks.orchestrator.workflow.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.ForEach;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.WorkflowAction.RunJob;
import io.clusterdb.tasks.WorkflowAction.RunWorkflow;
import io.clusterdb.tasks.WorkflowAction.Sleep;
import io.clusterdb.tasks.WorkflowAction.WaitFor;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.WorkflowTaskState;
import io.clusterdb.tasks.orchestrator.workflow.engine.Jobs.Refused;
import io.clusterdb.tasks.workflow.TemplateException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The moves of a run: what begins, ends and follows. One for each decision; not thread-safe. */
final class Steps {
  final Work work;
  final Plan plan;
  final List<RunEvent> events = new ArrayList<>();
  final List<Effect> effects = new ArrayList<>();
  final Settings settings;
  private final Memory memory;
  final Jobs jobs;
  final long now;
  final Endings endings;
  private final Deque<String> ready = new ArrayDeque<>();

  Steps(Work work, Plan plan, Settings settings, JobCheck check, Memory memory, long now) {
    this.work = work;
    this.plan = plan;
    this.settings = settings;
    this.memory = memory;
    this.now = now;
    this.jobs = new Jobs(work, plan, settings, check);
    this.endings = new Endings(this);
  }

  void emit(RunEvent event) {
    events.add(event);
    Evolver.apply(work, plan, event, now);
  }

  boolean stopping() {
    return work.run().goal() != null;
  }

  /** Tasks to begin as soon as the run comes to it. */
  void ready(String task) {
    ready.add(task);
  }

  /** Begins what can begin, and ends the run if nothing is left. */
  void settle() {
    while (!ready.isEmpty() && !stopping()) {
      launch(ready.remove());
    }
    ready.clear();
    Row.Run run = work.run();
    if (run.state() != RunState.RUNNING) {
      return;
    }
    if (stopping()) {
      if (run.running() == 0) {
        endings.beginCompensation(run);
      }
    } else if (run.open() == 0) {
      endings.succeed();
    }
  }

  RunScope scope() {
    return new RunScope(work, memory, null, -1);
  }

  private void launch(String name) {
    WorkflowTask task = plan.task(name);
    Row.Task row = work.task(name);
    if (row.state() != WorkflowTaskState.PENDING) {
      return;
    }
    int attempt = row.attempt() + 1;
    String when = task.when();
    try {
      if (when != null && !plan.condition(name, when).test(scope())) {
        emit(new RunEvent.TaskSkipped(name, null));
        released(name);
        return;
      }
    } catch (TemplateException e) {
      begin(name, attempt, 0, -1, null, false);
      failed(task, Jobs.template("task " + name + " (when)", e).failure());
      return;
    }
    if (task.forEach() != null) {
      fanOut(task, task.forEach(), attempt);
    } else {
      single(task, attempt);
    }
  }

  private void begin(
      String name, int attempt, long due, int items, @Nullable String signal, boolean waits) {
    emit(new RunEvent.TaskStarted(name, attempt, due, items, signal, waits));
  }

  private long due(@Nullable Duration after) {
    return after == null ? 0 : now + Math.max(1, after.toMillis());
  }

  private void single(WorkflowTask task, int attempt) {
    String name = task.name();
    switch (task.action()) {
      case Sleep sleep -> begin(name, attempt, due(sleep.duration()), -1, null, true);
      case WaitFor wait -> waitFor(task, wait, attempt);
      case RunJob run -> {
        begin(name, attempt, 0, -1, null, false);
        start(task, attempt, scope());
      }
      case RunWorkflow run -> {
        begin(name, attempt, due(task.timeout()), -1, null, false);
        start(task, attempt, scope());
      }
    }
  }

  private void waitFor(WorkflowTask task, WaitFor wait, int attempt) {
    begin(task.name(), attempt, due(task.timeout()), -1, wait.signal(), true);
    List<String> kept = work.names(Row.Key.signal(wait.signal())).kept();
    if (!kept.isEmpty()) {
      emit(new RunEvent.SignalTaken(wait.signal()));
      succeeded(task, kept.getFirst());
    }
  }

  private void start(WorkflowTask task, int attempt, RunScope scope) {
    try {
      effects.add(
          switch (task.action()) {
            case RunJob run -> jobs.job(task, run.task(), scope, attempt);
            case RunWorkflow run -> jobs.child(task, run, scope, attempt);
            default -> throw new IllegalStateException("nothing to start in " + task.name());
          });
    } catch (Refused e) {
      failed(task, e.failure());
    }
  }

  private void fanOut(WorkflowTask task, ForEach each, int attempt) {
    String name = task.name();
    JsonNode items;
    try {
      items = plan.template(name + "/items", each.items()).resolve(scope());
    } catch (TemplateException e) {
      begin(name, attempt, 0, -1, null, false);
      failed(task, Jobs.template("task " + name + " (for_each)", e).failure());
      return;
    }
    if (!items.isArray() || items.size() > ForEach.MAX_ITEMS) {
      begin(name, attempt, 0, -1, null, false);
      String found = items.isArray() ? items.size() + " elements" : items.getNodeType().toString();
      failed(
          task,
          new JobFailure(
              "TemplateError",
              "task %s (for_each): expected a list of at most %d elements, found %s"
                  .formatted(name, ForEach.MAX_ITEMS, found)));
      return;
    }
    memory.put(itemsKey(name, attempt), items);
    begin(name, attempt, due(task.timeout()), items.size(), null, false);
    if (items.isEmpty()) {
      succeeded(task, null);
      return;
    }
    for (int i = 0; i < Math.min(items.size(), each.atOnce()); i++) {
      if (work.task(name).state() == WorkflowTaskState.RUNNING) {
        startItem(task, attempt, items, i);
      }
    }
  }

  private String itemsKey(String task, int attempt) {
    Row.Run run = work.run();
    return "items/%s/%s/%s/%d".formatted(run.executionId(), run.runId(), task, attempt);
  }

  private void startItem(WorkflowTask task, int attempt, JsonNode items, int index) {
    emit(new RunEvent.ItemStarted(task.name(), index));
    start(task, attempt, new RunScope(work, memory, items.get(index), index));
  }

  /** An element ended well: the next one begins, or the fan-out is complete. */
  void itemSucceeded(WorkflowTask task, int index, String output) {
    emit(new RunEvent.ItemSucceeded(task.name(), index, output));
    Row.Task row = work.task(task.name());
    if (row.size() > settings.maxOutput()) {
      failed(
          task,
          new JobFailure(
              "OutputTooLarge",
              "expected at most %d characters as outputs of %s, found %d"
                  .formatted(settings.maxOutput(), task.name(), row.size())));
    } else if (row.done() == row.items()) {
      succeeded(task, null);
    } else if (row.next() < row.items()) {
      nextItem(task, row);
    }
  }

  private void nextItem(WorkflowTask task, Row.Task row) {
    String key = itemsKey(task.name(), row.attempt());
    JsonNode items = memory.get(key);
    try {
      if (items == null) {
        Object each = Objects.requireNonNull(task.forEach()).items();
        items = plan.template(task.name() + "/items", each).resolve(scope());
        memory.put(key, items);
      }
      startItem(task, row.attempt(), items, row.next());
    } catch (TemplateException e) {
      failed(task, Jobs.template("task " + task.name() + " (for_each)", e).failure());
    }
  }

  void succeeded(WorkflowTask task, @Nullable String output) {
    emit(new RunEvent.TaskSucceeded(task.name(), output, signal(task)));
    released(task.name());
  }

  static @Nullable String signal(WorkflowTask task) {
    return task.action() instanceof WaitFor wait ? wait.signal() : null;
  }

  /** A task failed for good; what else of it runs is cancelled. */
  void failed(WorkflowTask task, JobFailure error) {
    cancelElements(task);
    boolean continues = plan.continues(task);
    emit(new RunEvent.TaskFailed(task.name(), error, continues, signal(task)));
    if (continues) {
      released(task.name());
    } else {
      JobFailure why =
          new JobFailure(
              error.type(),
              "task %s failed with %s: %s".formatted(task.name(), error.type(), error.message()));
      endings.stop(RunState.FAILED, why, task.name(), error.type());
    }
  }

  /** Dependents whose last dependency this was are ready. */
  private void released(String task) {
    for (String next : plan.graph().dependents(task)) {
      if (work.task(next).waiting() == 0) {
        ready.add(next);
      }
    }
  }

  /** Cancels the jobs or runs of a fan-out that are under way. */
  private void cancelElements(WorkflowTask task) {
    Row.Task row = work.task(task.name());
    for (int i = 0; i < row.next(); i++) {
      if (work.output(task.name(), i) == null) {
        cancelEffect(task, row, i);
      }
    }
  }

  private void cancelEffect(WorkflowTask task, Row.Task row, int index) {
    Row.Run run = work.run();
    switch (task.action()) {
      case RunJob job ->
          effects.add(
              new Effect.CancelJob(Jobs.id(run, task.name(), index), Jobs.run(run, row.attempt())));
      case RunWorkflow child ->
          effects.add(new Effect.CancelRun(Jobs.childId(run, task.name(), index, row.attempt())));
      default -> {}
    }
  }

  /** Stops a task that is under way. */
  void cancelRunning(WorkflowTask task) {
    Row.Task row = work.task(task.name());
    if (row.items() >= 0) {
      cancelElements(task);
    } else {
      cancelEffect(task, row, -1);
    }
  }
}
