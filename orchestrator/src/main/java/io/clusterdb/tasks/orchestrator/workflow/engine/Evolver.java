package io.clusterdb.tasks.orchestrator.workflow.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.WorkflowTaskState;
import io.clusterdb.tasks.codec.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Applies events to rows: the only place that changes them. Pure. */
public final class Evolver {
  private final Work work;
  private final Plan plan;
  private final long at;

  private Evolver(Work work, Plan plan, long at) {
    this.work = work;
    this.plan = plan;
    this.at = at;
  }

  /** The rows that an event changes; an empty one is to be deleted. */
  public static Map<Row.Key, Optional<Row>> evolve(Rows rows, Plan plan, RunEvent event, long at) {
    Work work = new Work(rows, plan);
    apply(work, plan, event, at);
    return work.changes();
  }

  static void apply(Work work, Plan plan, RunEvent event, long at) {
    new Evolver(work, plan, at).apply(event);
  }

  private void apply(RunEvent event) {
    if (event instanceof RunEvent.Started started) {
      started(started);
      return;
    }
    Row.Run.Edit run = work.run().edit();
    run.sequence++;
    switch (event) {
      case RunEvent.Started started -> throw new IllegalStateException("handled before");
      case RunEvent.TaskStarted started -> taskStarted(run, started);
      case RunEvent.ItemStarted item -> {
        Row.Task row = work.task(item.task());
        work.task(row.items(row.next() + 1, row.done(), row.size()));
      }
      case RunEvent.ItemSucceeded item -> {
        Row.Task row = work.task(item.task());
        work.put(Row.Key.output(item.task(), item.index()), new Row.Text(item.output()));
        work.task(row.items(row.next(), row.done() + 1, row.size() + item.output().length()));
      }
      case RunEvent.TaskSucceeded done -> taskSucceeded(run, done);
      case RunEvent.TaskFailed failed -> {
        leave(failed.signal(), failed.task());
        end(run, work.task(failed.task()), WorkflowTaskState.FAILED, failed.error());
        if (failed.continues()) {
          release(failed.task());
        }
      }
      case RunEvent.TaskSkipped skipped -> {
        end(run, work.task(skipped.task()), WorkflowTaskState.SKIPPED, skipped.error());
        if (skipped.error() == null) {
          release(skipped.task());
        }
      }
      case RunEvent.TaskCancelled cancelled -> {
        leave(cancelled.signal(), cancelled.task());
        end(run, work.task(cancelled.task()), WorkflowTaskState.CANCELLED, null);
      }
      case RunEvent.Stopping stopping -> {
        run.goal = stopping.goal();
        run.error = stopping.error();
        run.deadline = stopping.goal() == RunState.TIMED_OUT ? 0 : run.deadline;
      }
      case RunEvent.CompensationStarted compensation -> {
        run.state = RunState.COMPENSATING;
        run.deadline = 0;
        run.undone = 0;
        work.put(Row.Key.UNDO, new Row.Names(compensation.tasks(), List.of()));
      }
      case RunEvent.UndoStarted undo ->
          work.task(
              work.task(undo.task()).undo(WorkflowTaskState.COMPENSATING, undo.attempt(), null));
      case RunEvent.Undone undone -> {
        Row.Task row = work.task(undone.task());
        work.task(row.undo(WorkflowTaskState.COMPENSATED, row.undoAttempt(), null));
        run.undone++;
      }
      case RunEvent.UndoFailed failed -> {
        Row.Task row = work.task(failed.task());
        work.task(row.undo(WorkflowTaskState.COMPENSATING, row.undoAttempt(), failed.error()));
      }
      case RunEvent.Ended ended -> ended(run, ended);
      case RunEvent.SignalKept kept -> {
        Row.Key key = Row.Key.signal(kept.signal());
        work.names(key, work.names(key).keeping(kept.payload()));
      }
      case RunEvent.SignalTaken taken -> {
        Row.Key key = Row.Key.signal(taken.signal());
        work.names(key, work.names(key).taken());
      }
      case RunEvent.Resumed resumed -> resumed(run, resumed);
      case RunEvent.CompensationResumed resumed -> {
        run.state = RunState.COMPENSATING;
        run.finishedAt = 0;
        run.expireAt = 0;
        run.error = run.cause;
        run.cause = null;
      }
      case RunEvent.WaiterAdded waiter ->
          work.names(Row.Key.WAITERS, work.names(Row.Key.WAITERS).with(waiter.replyKey()));
      case RunEvent.SignalReceived received -> {}
      case RunEvent.Rejected rejected -> {}
    }
    work.put(Row.Key.RUN, run.done());
  }

  private void started(RunEvent.Started event) {
    work.put(
        Row.Key.RUN,
        new Row.Run(
            event.executionId(),
            event.runId(),
            event.workflow(),
            event.version(),
            RunState.RUNNING,
            at,
            0,
            event.deadline(),
            0,
            1,
            plan.names().size(),
            0,
            0,
            null,
            null,
            0,
            event.parent(),
            event.trace(),
            null));
    ObjectNode input = Json.mapper().createObjectNode();
    String text = event.input();
    input.set("input", text == null ? null : Json.exact(text));
    ObjectNode context = input.putObject("context");
    event.context().forEach(context::put);
    work.put(Row.Key.INPUT, new Row.Text(input.toString()));
    if (event.replyKey() != null) {
      work.names(Row.Key.WAITERS, Row.Names.NONE.with(event.replyKey()));
    }
  }

  private void taskStarted(Row.Run.Edit run, RunEvent.TaskStarted event) {
    run.running++;
    WorkflowTaskState state = event.waits() ? WorkflowTaskState.WAITING : WorkflowTaskState.RUNNING;
    work.task(
        work.task(event.task()).started(state, event.attempt(), at, event.due(), event.items()));
    String signal = event.signal();
    if (signal != null) {
      Row.Key key = Row.Key.signal(signal);
      work.names(key, work.names(key).with(event.task()));
    }
  }

  private void taskSucceeded(Row.Run.Edit run, RunEvent.TaskSucceeded event) {
    leave(event.signal(), event.task());
    Row.Task row = work.task(event.task());
    run.completed++;
    run.open--;
    run.running--;
    work.task(row.ended(WorkflowTaskState.SUCCEEDED, at, run.completed, null));
    String output = event.output();
    if (output != null) {
      work.put(Row.Key.output(event.task(), -1), new Row.Text(output));
    }
    release(event.task());
  }

  private void end(
      Row.Run.Edit run,
      Row.Task row,
      WorkflowTaskState state,
      io.clusterdb.tasks.@Nullable JobFailure error) {
    run.open--;
    run.running -= row.running() ? 1 : 0;
    work.task(row.ended(state, at, 0, error));
  }

  /** No longer waits for a signal. */
  private void leave(@Nullable String signal, String task) {
    if (signal != null) {
      Row.Key key = Row.Key.signal(signal);
      work.names(key, work.names(key).without(task));
    }
  }

  /** Tasks that depend on this one have one thing less to wait for. */
  private void release(String task) {
    for (String next : plan.graph().dependents(task)) {
      Row.Task row = work.task(next);
      work.task(row.waiting(row.waiting() - 1));
    }
  }

  private void ended(Row.Run.Edit run, RunEvent.Ended event) {
    run.state = event.state();
    run.finishedAt = at;
    run.deadline = 0;
    run.expireAt = event.expireAt();
    run.cause = event.state() == RunState.COMPENSATION_FAILED ? run.error : null;
    run.error = event.error();
    String output = event.output();
    if (output != null) {
      work.put(Row.Key.output("", -1), new Row.Text(output));
    }
    work.delete(Row.Key.WAITERS);
  }

  private void resumed(Row.Run.Edit run, RunEvent.Resumed event) {
    Set<String> again = new HashSet<>(event.tasks());
    for (String name : event.tasks()) {
      Row.Task row = work.task(name);
      for (int i = 0; i < row.next(); i++) {
        work.delete(Row.Key.output(name, i));
      }
      work.delete(Row.Key.output(name, -1));
      int waiting = (int) plan.graph().needs(name).stream().filter(again::contains).count();
      work.task(Row.Task.pending(name, waiting, row.attempt(), row.undoAttempt()));
    }
    run.open += event.tasks().size();
    run.state = RunState.RUNNING;
    run.goal = null;
    run.error = null;
    run.finishedAt = 0;
    run.expireAt = 0;
    run.deadline = event.deadline();
    run.undone = 0;
    work.delete(Row.Key.UNDO);
    work.delete(Row.Key.output("", -1));
  }
}
