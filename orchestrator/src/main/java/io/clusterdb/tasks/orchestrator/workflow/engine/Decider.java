package io.clusterdb.tasks.orchestrator.workflow.engine;

import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.WorkflowAction.Sleep;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.WorkflowTaskState;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides what follows a command to a run. Pure. */
public final class Decider {
  private final Steps steps;
  private final Work work;
  private final Plan plan;
  private final long now;
  private final Answers answers;
  private final Steering steering;

  private Decider(Steps steps, long now) {
    this.steps = steps;
    this.work = steps.work;
    this.plan = steps.plan;
    this.now = now;
    this.answers = new Answers(steps);
    this.steering = new Steering(steps, answers);
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
    return new Decision(steps.events, steps.effects, work.changes(), decider.answers.rejection());
  }

  private void decide(RunCommand command) {
    Row.Run run = work.findRun();
    if (command instanceof RunCommand.Start start) {
      start(run, start);
    } else if (run == null) {
      answers.reject("expected a run of this id, but there is none");
      answers.answer(replyKey(command), answers.rejection());
    } else {
      switch (command) {
        case RunCommand.Start start -> throw new IllegalStateException("handled before");
        case RunCommand.Outcome outcome -> outcome(run, outcome);
        case RunCommand.TaskDue due -> taskDue(due);
        case RunCommand.RunDue due -> runDue(run, due);
        case RunCommand.Cancel cancel -> steering.cancel(run, cancel);
        case RunCommand.Signal signal -> steering.signal(run, signal);
        case RunCommand.Retry retry -> steering.retry(run, retry);
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

  private void start(Row.@Nullable Run run, RunCommand.Start start) {
    if (run != null) {
      if (start.replyKey() != null) {
        await(run, start.replyKey());
      }
      return;
    }
    int size = start.input() == null ? 0 : start.input().length();
    if (size > steps.settings.maxPayload()) {
      answers.reject(answers.tooLarge("an input of " + start.executionId(), size));
      answers.answer(start.replyKey(), answers.rejection());
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
            start.parent(),
            start.trace()));
    for (String name : plan.names()) {
      if (plan.dependencies(name) == 0) {
        steps.ready(name);
      }
    }
    steps.settle();
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
      answers.reject(
          "expected at most " + Settings.MAX_WAITERS + " who wait for a run, but there are more");
      answers.answer(replyKey, answers.rejection());
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
      answers.reject(
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
    answers.reject(
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
      steps.endings.undoFailed(task.name(), outcome.error());
    } else {
      steps.emit(new RunEvent.Undone(task.name()));
      steps.endings.undoNext();
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
      answers.reject("expected a task that waits for this time, but " + due.task() + " does not");
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
      answers.reject("expected a run that is due, but " + run.executionId() + " is not");
      return;
    }
    Duration limit = plan.workflow().timeout();
    steering.stopNow(
        RunState.TIMED_OUT,
        new JobFailure(
            "WORKFLOW_TIMEOUT",
            "run %s took longer than %s"
                .formatted(run.executionId(), limit == null ? "it may" : Durations.format(limit))));
  }
}
