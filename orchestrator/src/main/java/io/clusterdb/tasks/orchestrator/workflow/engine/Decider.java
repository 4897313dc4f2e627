package io.clusterdb.tasks.orchestrator.workflow.engine;

import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.WorkflowAction.Sleep;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.WorkflowTaskState;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides what follows a command to a run. Pure. */
public final class Decider {
  private final Steps steps;
  private final Work work;
  private final Plan plan;
  private final long now;
  private @Nullable JobFailure rejection;

  private Decider(Steps steps, long now) {
    this.steps = steps;
    this.work = steps.work;
    this.plan = steps.plan;
    this.now = now;
  }

  /**
   * Decides.
   *
   * @param plan the workflow that the run is of
   * @param rows the run's rows; none before its start
   * @param now milliseconds since 1970
   * @param check says whether a job can be enqueued
   * @param memory of earlier decisions, or a new one
   */
  public static Decision decide(
      Plan plan,
      Rows rows,
      RunCommand command,
      long now,
      Settings settings,
      JobCheck check,
      Memory memory) {
    Work work = new Work(rows, plan);
    Steps steps = new Steps(work, plan, settings, check, memory, now);
    Decider decider = new Decider(steps, now);
    decider.decide(command);
    return new Decision(steps.events, steps.effects, work.changes(), decider.rejection);
  }

  private void decide(RunCommand command) {
    Row.Run run = work.findRun();
    if (command instanceof RunCommand.Start start) {
      start(run, start);
    } else if (run == null) {
      reject("expected a run of this id, but there is none");
      answer(replyKey(command), rejection);
    } else {
      switch (command) {
        case RunCommand.Start start -> throw new IllegalStateException("handled before");
        case RunCommand.Outcome outcome -> outcome(run, outcome);
        case RunCommand.TaskDue due -> taskDue(due);
        case RunCommand.RunDue due -> runDue(run, due);
        case RunCommand.Cancel cancel -> cancel(run, cancel);
        case RunCommand.Signal signal -> signal(run, signal);
        case RunCommand.Retry retry -> retry(run, retry);
        case RunCommand.Await await -> await(run, await.replyKey());
      }
    }
  }

  /** Where who sent a command waits for the answer; null for nowhere. */
  public static @Nullable String replyKey(RunCommand command) {
    return switch (command) {
      case RunCommand.Cancel cancel -> cancel.replyKey();
      case RunCommand.Signal signal -> signal.replyKey();
      case RunCommand.Retry retry -> retry.replyKey();
      case RunCommand.Await await -> await.replyKey();
      case RunCommand.Start start -> start.replyKey();
      default -> null;
    };
  }

  private void answer(@Nullable String replyKey, @Nullable JobFailure error) {
    if (replyKey != null) {
      steps.effects.add(new Effect.Answer(replyKey, error));
    }
  }

  private void reject(String message) {
    rejection = new JobFailure("CONFLICT", message);
  }

  /** Refuses what somebody asked of a run, and says so in its history. */
  private void refuse(String commandId, @Nullable String replyKey, String message) {
    reject(message);
    steps.emit(new RunEvent.Rejected(commandId, new JobFailure("CONFLICT", message)));
    answer(replyKey, rejection);
  }

  private void start(Row.@Nullable Run run, RunCommand.Start start) {
    if (run != null) {
      if (start.replyKey() != null) {
        await(run, start.replyKey());
      }
      return;
    }
    int size = start.input() == null ? 0 : start.input().length();
    if (size > steps.settings.maxPayload()) {
      rejection = tooLarge("an input of " + start.executionId(), size);
      answer(start.replyKey(), rejection);
      return;
    }
    Duration timeout = plan.workflow().timeout();
    steps.emit(
        new RunEvent.Started(
            start.executionId(),
            start.commandId(),
            start.commandId(),
            plan.workflow().name(),
            plan.workflow().version(),
            start.input(),
            start.context(),
            timeout == null ? 0 : now + timeout.toMillis(),
            start.replyKey(),
            start.parent()));
    for (String name : plan.names()) {
      if (plan.dependencies(name) == 0) {
        steps.ready(name);
      }
    }
    steps.settle();
  }

  private JobFailure tooLarge(String what, int size) {
    return new JobFailure(
        "INVALID_PAYLOAD",
        "expected %s of at most %d characters, found %d. Pass a reference instead of the data."
            .formatted(what, steps.settings.maxPayload(), size));
  }

  private void await(Row.Run run, String replyKey) {
    if (run.state().terminal()) {
      steps.effects.add(new Effect.ReplyEnd(replyKey, run, run.state(), work.output("", -1)));
      return;
    }
    List<String> waiters = work.names(Row.Key.WAITERS).values();
    if (waiters.contains(replyKey)) {
      return;
    }
    if (waiters.size() >= Settings.MAX_WAITERS) {
      reject(
          "expected at most " + Settings.MAX_WAITERS + " who wait for a run, but there are more");
      answer(replyKey, rejection);
    } else {
      steps.emit(new RunEvent.WaiterAdded(replyKey));
    }
  }

  private void outcome(Row.Run run, RunCommand.Outcome outcome) {
    String prefix = run.executionId() + "/";
    String rest =
        outcome.jobId().startsWith(prefix) ? outcome.jobId().substring(prefix.length()) : "";
    int slash = rest.indexOf('/');
    WorkflowTask task = plan.find(slash < 0 ? rest : rest.substring(0, slash));
    String part = slash < 0 ? "" : rest.substring(slash + 1);
    if (task == null) {
      reject(
          "expected a task of run %s, but found job %s"
              .formatted(run.executionId(), outcome.jobId()));
    } else if (part.equals("compensate")) {
      undoOutcome(run, task, outcome);
    } else {
      taskOutcome(run, task, index(part), outcome);
    }
  }

  private static int index(String part) {
    try {
      return part.isEmpty() ? -1 : Integer.parseInt(part);
    } catch (NumberFormatException e) {
      return -2;
    }
  }

  private void stale(Row.Run run, RunCommand.Outcome outcome) {
    reject(
        "expected the outcome of a job that run %s waits for, but that of %s (%s) came late or twice"
            .formatted(run.executionId(), outcome.jobId(), outcome.jobRun()));
  }

  private void undoOutcome(Row.Run run, WorkflowTask task, RunCommand.Outcome outcome) {
    Row.Task row = work.task(task.name());
    if (run.state() != RunState.COMPENSATING
        || row.state() != WorkflowTaskState.COMPENSATING
        || !outcome.jobRun().equals(Jobs.undoRun(run, row.undoAttempt()))) {
      stale(run, outcome);
    } else if (outcome.error() != null) {
      steps.undoFailed(task.name(), outcome.error());
    } else {
      steps.emit(new RunEvent.Undone(task.name()));
      steps.undoNext();
    }
  }

  private void taskOutcome(Row.Run run, WorkflowTask task, int index, RunCommand.Outcome outcome) {
    Row.Task row = work.task(task.name());
    boolean element = row.items() >= 0;
    if (row.state() != WorkflowTaskState.RUNNING
        || !outcome.jobRun().equals(Jobs.run(run, row.attempt()))
        || (element ? index < 0 || index >= row.next() : index != -1)
        || (element && work.output(task.name(), index) != null)) {
      stale(run, outcome);
      return;
    }
    String result = outcome.result() == null ? "null" : outcome.result();
    if (outcome.error() != null) {
      steps.failed(task, outcome.error());
    } else if (element) {
      steps.itemSucceeded(task, index, result);
    } else {
      steps.succeeded(task, result);
    }
    steps.settle();
  }

  private void taskDue(RunCommand.TaskDue due) {
    WorkflowTask task = plan.find(due.task());
    Row.Task row = task == null ? null : work.task(due.task());
    if (task == null || row == null || !row.running() || row.due() != due.due()) {
      reject("expected a task that waits for this time, but " + due.task() + " does not");
      return;
    }
    if (task.action() instanceof Sleep) {
      steps.succeeded(task, "null");
    } else {
      if (row.items() < 0) {
        steps.cancelRunning(task);
      }
      Duration limit = task.timeout();
      steps.failed(
          task,
          new JobFailure(
              "TASK_TIMEOUT",
              "task %s took longer than %s"
                  .formatted(task.name(), limit == null ? "it may" : Durations.format(limit))));
    }
    steps.settle();
  }

  private void runDue(Row.Run run, RunCommand.RunDue due) {
    if (run.state() != RunState.RUNNING || run.deadline() != due.due()) {
      reject("expected a run that is due, but " + run.executionId() + " is not");
      return;
    }
    Duration limit = plan.workflow().timeout();
    stopNow(
        RunState.TIMED_OUT,
        new JobFailure(
            "WORKFLOW_TIMEOUT",
            "run %s took longer than %s"
                .formatted(run.executionId(), limit == null ? "it may" : Durations.format(limit))));
  }

  private void stopNow(RunState goal, JobFailure error) {
    steps.stop(goal, error, null, error.type());
    steps.settle();
  }

  private void cancel(Row.Run run, RunCommand.Cancel cancel) {
    if (run.state() != RunState.RUNNING) {
      refuse(cancel.commandId(), cancel.replyKey(), going(run));
      return;
    }
    String reason = cancel.reason();
    stopNow(
        cancel.compensate() ? RunState.COMPENSATED : RunState.CANCELLED,
        new JobFailure("CANCELLED", reason == null ? "cancelled on demand" : reason));
    answer(cancel.replyKey(), null);
  }

  private static String going(Row.Run run) {
    return "expected a run that goes on, but run %s is %s"
        .formatted(run.executionId(), run.state());
  }

  private void signal(Row.Run run, RunCommand.Signal signal) {
    if (run.state() != RunState.RUNNING || steps.stopping()) {
      refuse(
          signal.commandId(),
          signal.replyKey(),
          run.state() == RunState.RUNNING
              ? "expected a run that goes on, but run " + run.executionId() + " is about to end"
              : going(run));
      return;
    }
    String payload = signal.payload() == null ? "null" : signal.payload();
    Row.Names names = work.names(Row.Key.signal(signal.name()));
    int size = payload.length() + names.kept().stream().mapToInt(String::length).sum();
    if (size > steps.settings.maxPayload()) {
      refuse(
          signal.commandId(),
          signal.replyKey(),
          tooLarge("payloads of signal " + signal.name(), size).message());
      return;
    }
    if (names.values().isEmpty() && names.kept().size() >= Settings.MAX_KEPT) {
      refuse(
          signal.commandId(),
          signal.replyKey(),
          "expected at most %d signals %s that nobody waits for, but there are more"
              .formatted(Settings.MAX_KEPT, signal.name()));
      return;
    }
    if (names.values().isEmpty()) {
      steps.emit(new RunEvent.SignalKept(signal.name(), payload));
    } else {
      steps.emit(new RunEvent.SignalReceived(signal.name(), payload));
      names.values().forEach(task -> steps.succeeded(plan.task(task), payload));
      steps.settle();
    }
    answer(signal.replyKey(), null);
  }

  private void retry(Row.Run run, RunCommand.Retry retry) {
    String task = retry.task();
    if (!run.state().terminal()) {
      refuse(
          retry.commandId(),
          retry.replyKey(),
          "expected a run that has ended, but run %s is %s"
              .formatted(run.executionId(), run.state()));
    } else if (task != null && plan.find(task) == null) {
      refuse(
          retry.commandId(),
          retry.replyKey(),
          "expected a task of workflow %s, but found %s".formatted(plan.workflow().id(), task));
    } else if (run.state() == RunState.COMPENSATION_FAILED) {
      resumeCompensation(run, retry);
    } else {
      resume(run, retry);
    }
  }

  private void resumeCompensation(Row.Run run, RunCommand.Retry retry) {
    if (retry.task() != null) {
      refuse(
          retry.commandId(),
          retry.replyKey(),
          "expected no task, since run %s goes on with its compensation first, but found %s"
              .formatted(run.executionId(), retry.task()));
      return;
    }
    steps.emit(new RunEvent.CompensationResumed());
    steps.undoNext();
    answer(retry.replyKey(), null);
  }

  private void resume(Row.Run run, RunCommand.Retry retry) {
    Set<String> again = new LinkedHashSet<>();
    String chosen = retry.task();
    for (String name : plan.names()) {
      if (name.equals(chosen) || isToRepeat(work.task(name))) {
        again.add(name);
        again.addAll(plan.graph().downstream(name));
      }
    }
    if (again.isEmpty()) {
      refuse(
          retry.commandId(),
          retry.replyKey(),
          "expected a task that failed, but every task of run %s ended well; name the task to go on from"
              .formatted(run.executionId()));
      return;
    }
    Duration timeout = plan.workflow().timeout();
    List<String> tasks = plan.names().stream().filter(again::contains).toList();
    steps.emit(new RunEvent.Resumed(tasks, timeout == null ? 0 : now + timeout.toMillis()));
    for (String name : tasks) {
      if (work.task(name).waiting() == 0) {
        steps.ready(name);
      }
    }
    steps.settle();
    answer(retry.replyKey(), null);
  }

  private boolean isToRepeat(Row.Task row) {
    return switch (row.state()) {
      case FAILED -> !plan.continues(plan.task(row.name()));
      case CANCELLED, COMPENSATED, COMPENSATING -> true;
      case SKIPPED -> row.error() != null;
      case PENDING, RUNNING, RETRYING, WAITING, SUCCEEDED -> false;
    };
  }
}
