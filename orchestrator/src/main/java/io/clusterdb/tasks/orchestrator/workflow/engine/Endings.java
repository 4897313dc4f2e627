package io.clusterdb.tasks.orchestrator.workflow.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.WorkflowTaskState;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.orchestrator.workflow.engine.Jobs.Refused;
import io.clusterdb.tasks.workflow.TemplateException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a run comes to its end, well or not, and how it is undone. Belongs to its steps. */
final class Endings {
  private final Steps steps;
  private final Work work;
  private final Plan plan;

  Endings(Steps steps) {
    this.steps = steps;
    this.work = steps.work;
    this.plan = steps.plan;
  }

  /**
   * No further task begins. Jobs under way are waited for after a failure, since what they complete
   * may have to be undone; waits, fan-outs and, where the end is to be at once, all else are
   * cancelled.
   *
   * @param cause the task that failed; null for none
   */
  void stop(RunState goal, JobFailure error, @Nullable String cause, String errorType) {
    if (steps.stopping() && cause != null) {
      return; // The first failure decides.
    }
    boolean atOnce = goal == RunState.TIMED_OUT || goal == RunState.CANCELLED;
    steps.emit(new RunEvent.Stopping(goal, error));
    Set<String> behind = cause == null ? Set.of() : plan.graph().downstream(cause);
    for (String name : plan.names()) {
      WorkflowTask task = plan.task(name);
      Row.Task row = work.task(name);
      if (row.state() == WorkflowTaskState.PENDING) {
        steps.emit(
            cause != null && behind.contains(name)
                ? new RunEvent.TaskSkipped(name, dependencyFailed(name, cause, errorType))
                : new RunEvent.TaskCancelled(name, null));
      } else if (row.running()
          && (atOnce || row.state() == WorkflowTaskState.WAITING || row.items() >= 0)) {
        steps.cancelRunning(task);
        steps.emit(new RunEvent.TaskCancelled(name, Steps.signal(task)));
      }
    }
  }

  private JobFailure dependencyFailed(String name, String cause, String errorType) {
    List<String> chain = plan.graph().chain(cause, name);
    String way = chain == null ? "" : " (" + String.join(" -> ", chain) + ")";
    return new JobFailure(
        "TASK_DEPENDENCY_FAILED",
        "Task dependency failed: %s cannot run, %s failed with %s%s. Check the task chain."
            .formatted(name, cause, errorType, chain != null && chain.size() > 2 ? way : ""));
  }

  void succeed() {
    String output;
    try {
      output = output().toString();
    } catch (TemplateException e) {
      failedAtEnd(Jobs.template("outputs", e).failure());
      return;
    }
    if (output.length() > steps.settings.maxOutput()) {
      failedAtEnd(
          new JobFailure(
              "OutputTooLarge",
              "expected at most %d characters as output of the run, found %d"
                  .formatted(steps.settings.maxOutput(), output.length())));
      return;
    }
    end(RunState.SUCCEEDED, output, null);
  }

  private void failedAtEnd(JobFailure error) {
    steps.emit(new RunEvent.Stopping(RunState.FAILED, error));
    beginCompensation(work.run());
  }

  private JsonNode output() throws TemplateException {
    Object outputs = plan.workflow().outputs();
    RunScope scope = steps.scope();
    if (outputs != null) {
      return plan.template("/outputs", outputs).resolve(scope);
    }
    List<String> sinks = plan.graph().sinks();
    if (sinks.size() == 1) {
      return Objects.requireNonNull(scope.task(sinks.getFirst(), "output"));
    }
    ObjectNode all = Json.mapper().createObjectNode();
    sinks.forEach(name -> all.set(name, scope.task(name, "output")));
    return all;
  }

  void beginCompensation(Row.Run run) {
    boolean undoes = run.goal() != RunState.CANCELLED && plan.compensates();
    List<String> undo =
        !undoes
            ? List.of()
            : plan.names().stream()
                .filter(name -> plan.task(name).compensation() != null)
                .map(work::task)
                .filter(row -> row.state() == WorkflowTaskState.SUCCEEDED)
                .sorted(Comparator.comparingLong(Row.Task::order).reversed())
                .map(Row.Task::name)
                .toList();
    if (undo.isEmpty()) {
      RunState goal = Objects.requireNonNull(run.goal());
      end(goal == RunState.COMPENSATED ? RunState.CANCELLED : goal, null, run.error());
    } else {
      steps.emit(new RunEvent.CompensationStarted(undo));
      undoNext();
    }
  }

  /** Undoes the next task of the list, or ends the run. */
  void undoNext() {
    Row.Run run = work.run();
    List<String> undo = work.names(Row.Key.UNDO).values();
    if (run.undone() == undo.size()) {
      RunState goal = run.goal();
      end(goal == RunState.TIMED_OUT ? goal : RunState.COMPENSATED, null, run.error());
      return;
    }
    WorkflowTask task = plan.task(undo.get(run.undone()));
    int attempt = work.task(task.name()).undoAttempt() + 1;
    steps.emit(new RunEvent.UndoStarted(task.name(), attempt));
    try {
      steps.effects.add(
          steps.jobs.undo(
              task, Objects.requireNonNull(task.compensation()), steps.scope(), attempt));
    } catch (Refused e) {
      undoFailed(task.name(), e.failure());
    }
  }

  void undoFailed(String task, JobFailure error) {
    steps.emit(new RunEvent.UndoFailed(task, error));
    end(
        RunState.COMPENSATION_FAILED,
        null,
        new JobFailure(
            error.type(),
            "undoing task %s failed with %s: %s. Mend the cause and retry the run; it was undone"
                    .formatted(task, error.type(), error.message())
                + " because "
                + (work.run().error() == null ? "it ended" : work.run().error().message())));
  }

  private void end(RunState state, @Nullable String output, @Nullable JobFailure error) {
    List<String> waiters = work.names(Row.Key.WAITERS).values();
    long expireAt =
        state == RunState.COMPENSATION_FAILED
            ? 0
            : steps.now + steps.settings.retention().toMillis();
    steps.emit(new RunEvent.Ended(state, output, error, expireAt));
    Row.Run run = work.run();
    waiters.forEach(key -> steps.effects.add(new Effect.ReplyEnd(key, run, state, output)));
    Row.Parent parent = run.parent();
    if (parent != null) {
      steps.effects.add(new Effect.ReplyParent(parent, run, state, output));
    }
  }
}
