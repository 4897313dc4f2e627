package io.clusterdb.tasks.orchestrator.workflow.engine;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.RunState;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What people and programs ask of a run: to end, to hear a signal, to go on. */
final class Steering {
  private final Steps steps;
  private final Work work;
  private final Plan plan;
  private final Answers answers;

  Steering(Steps steps, Answers answers) {
    this.steps = steps;
    this.work = steps.work;
    this.plan = steps.plan;
    this.answers = answers;
  }

  /** Ends a run, and what is under way of it. */
  void stopNow(RunState goal, JobFailure error) {
    steps.endings.stop(goal, error, null, error.type());
    steps.settle();
  }

  void cancel(Row.Run run, RunCommand.Cancel cancel) {
    if (run.state() != RunState.RUNNING) {
      answers.refuse(cancel.commandId(), cancel.replyKey(), going(run));
      return;
    }
    String reason = cancel.reason();
    stopNow(
        cancel.compensate() ? RunState.COMPENSATED : RunState.CANCELLED,
        new JobFailure("CANCELLED", reason == null ? "cancelled on demand" : reason));
    answers.answer(cancel.replyKey(), null);
  }

  private static String going(Row.Run run) {
    return "expected a run that goes on, but run %s is %s"
        .formatted(run.executionId(), run.state());
  }

  void signal(Row.Run run, RunCommand.Signal signal) {
    if (run.state() != RunState.RUNNING || steps.stopping()) {
      answers.refuse(
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
      answers.refuse(
          signal.commandId(),
          signal.replyKey(),
          answers.tooLarge("payloads of signal " + signal.name(), size).message());
      return;
    }
    if (names.values().isEmpty() && names.kept().size() >= Settings.MAX_KEPT) {
      answers.refuse(
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
    answers.answer(signal.replyKey(), null);
  }

  void retry(Row.Run run, RunCommand.Retry retry) {
    String task = retry.task();
    if (!run.state().terminal()) {
      answers.refuse(
          retry.commandId(),
          retry.replyKey(),
          "expected a run that has ended, but run %s is %s"
              .formatted(run.executionId(), run.state()));
    } else if (task != null && plan.find(task) == null) {
      answers.refuse(
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
      answers.refuse(
          retry.commandId(),
          retry.replyKey(),
          "expected no task, since run %s goes on with its compensation first, but found %s"
              .formatted(run.executionId(), retry.task()));
      return;
    }
    steps.emit(new RunEvent.CompensationResumed());
    steps.endings.undoNext();
    answers.answer(retry.replyKey(), null);
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
      answers.refuse(
          retry.commandId(),
          retry.replyKey(),
          "expected a task that failed, but every task of run %s ended well; name the task to go on from"
              .formatted(run.executionId()));
      return;
    }
    Duration timeout = plan.workflow().timeout();
    List<String> tasks = plan.names().stream().filter(again::contains).toList();
    steps.emit(new RunEvent.Resumed(tasks, timeout == null ? 0 : steps.now + timeout.toMillis()));
    for (String name : tasks) {
      if (work.task(name).waiting() == 0) {
        steps.ready(name);
      }
    }
    steps.settle();
    answers.answer(retry.replyKey(), null);
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
