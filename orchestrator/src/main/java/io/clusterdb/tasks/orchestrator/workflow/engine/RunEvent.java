package io.clusterdb.tasks.orchestrator.workflow.engine;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.trace.TraceContext;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Something that happened to a run; its events, in order, make its rows. */
public sealed interface RunEvent {
  /** It began. */
  record Started(
      String executionId,
      String commandId,
      String runId,
      String workflow,
      String version,
      @Nullable String input,
      Map<String, String> context,
      long deadline,
      @Nullable String replyKey,
      Row.@Nullable Parent parent,
      @Nullable TraceContext trace)
      implements RunEvent {}

  /** A task began; {@code items} of -1 is no fan-out, {@code signal} what it waits for. */
  record TaskStarted(
      String task, int attempt, long due, int items, @Nullable String signal, boolean waits)
      implements RunEvent {}

  /** An element of a fan-out began. */
  record ItemStarted(String task, int index) implements RunEvent {}

  /** An element of a fan-out ended well. */
  record ItemSucceeded(String task, int index, String output) implements RunEvent {}

  /** A task ended well; a fan-out has no output of its own. */
  record TaskSucceeded(String task, @Nullable String output, @Nullable String signal)
      implements RunEvent {}

  /** A task failed for good. */
  record TaskFailed(String task, JobFailure error, boolean continues, @Nullable String signal)
      implements RunEvent {}

  /** A task was not run; with an error because one before it failed. */
  record TaskSkipped(String task, @Nullable JobFailure error) implements RunEvent {}

  /** A task was ended, or not begun. */
  record TaskCancelled(String task, @Nullable String signal) implements RunEvent {}

  /** The run is about to end; no further task begins. */
  record Stopping(RunState goal, JobFailure error) implements RunEvent {}

  /** Tasks are undone from now on, in this order. */
  record CompensationStarted(List<String> tasks) implements RunEvent {
    /** Copies the list. */
    public CompensationStarted {
      tasks = List.copyOf(tasks);
    }
  }

  /** Undoing a task began. */
  record UndoStarted(String task, int attempt) implements RunEvent {}

  /** A task was undone. */
  record Undone(String task) implements RunEvent {}

  /** Undoing a task failed for good. */
  record UndoFailed(String task, JobFailure error) implements RunEvent {}

  /** The run ended. */
  record Ended(RunState state, @Nullable String output, @Nullable JobFailure error, long expireAt)
      implements RunEvent {}

  /** A signal came that nobody waits for so far. */
  record SignalKept(String signal, String payload) implements RunEvent {}

  /** A signal came for a task that waits; the task's end follows. */
  record SignalReceived(String signal, String payload) implements RunEvent {}

  /** The oldest signal that was kept found a task. */
  record SignalTaken(String signal) implements RunEvent {}

  /** An ended run goes on, with these tasks as if they had not begun. */
  record Resumed(List<String> tasks, long deadline) implements RunEvent {
    /** Copies the list. */
    public Resumed {
      tasks = List.copyOf(tasks);
    }
  }

  /** Undoing goes on where it failed. */
  record CompensationResumed() implements RunEvent {}

  /** Somebody waits for the end. */
  record WaiterAdded(String replyKey) implements RunEvent {}

  /** A command was refused; for the log alone. */
  record Rejected(String commandId, JobFailure reason) implements RunEvent {}
}
