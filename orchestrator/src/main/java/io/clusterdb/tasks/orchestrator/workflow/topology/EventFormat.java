package io.clusterdb.tasks.orchestrator.workflow.topology;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.orchestrator.workflow.engine.Plan;
import io.clusterdb.tasks.orchestrator.workflow.engine.Row;
import io.clusterdb.tasks.orchestrator.workflow.engine.RunEvent;
import io.clusterdb.tasks.orchestrator.workflow.engine.StartedJob;
import io.clusterdb.tasks.schemas.avro.WorkflowEvent;
import io.clusterdb.tasks.schemas.avro.WorkflowEventKind;
import io.clusterdb.tasks.trace.TraceContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes what happened to runs as records. Stateless. */
final class EventFormat {
  private EventFormat() {}

  /**
   * The record of an event.
   *
   * @param run the run's header, as of any time after its start
   * @param sequence the event's number in its run
   */
  static WorkflowEvent write(RunEvent event, Row.Run run, Plan plan, long sequence, long at) {
    WorkflowEvent to = new WorkflowEvent();
    to.setAt(Instant.ofEpochMilli(at));
    to.setExecutionId(run.executionId());
    to.setSequence(sequence);
    to.setWorkflow(run.workflow());
    to.setVersion(run.version());
    to.setTasks(List.of());
    to.setContext(Map.of());
    to.setKind(fill(to, event));
    StartedJob job = StartedJob.of(plan, run, event);
    if (job != null) {
      to.setJobId(job.id());
      to.setJobRun(job.run());
    }
    return to;
  }

  private static WorkflowEventKind fill(WorkflowEvent to, RunEvent event) {
    return switch (event) {
      case RunEvent.Started started -> {
        to.setCommandId(started.commandId());
        to.setJobRun(started.runId());
        to.setData(started.input());
        to.setContext(started.context());
        to.setDue(time(started.deadline()));
        to.setReplyKey(started.replyKey());
        to.setParent(Avro.parent(started.parent()));
        TraceContext trace = started.trace();
        to.setTraceparent(trace == null ? null : trace.parent());
        to.setTracestate(trace == null ? null : trace.state());
        yield WorkflowEventKind.RUN_STARTED;
      }
      case RunEvent.TaskStarted started -> {
        to.setTask(started.task());
        to.setAttempt(started.attempt());
        to.setDue(time(started.due()));
        to.setCount(started.items() < 0 ? null : started.items());
        to.setSignal(started.signal());
        yield WorkflowEventKind.TASK_STARTED;
      }
      case RunEvent.ItemStarted started -> {
        to.setTask(started.task());
        to.setIndex(started.index());
        yield WorkflowEventKind.ITEM_STARTED;
      }
      case RunEvent.ItemSucceeded done -> {
        to.setTask(done.task());
        to.setIndex(done.index());
        to.setData(done.output());
        yield WorkflowEventKind.ITEM_SUCCEEDED;
      }
      case RunEvent.TaskSucceeded done -> {
        to.setTask(done.task());
        to.setData(done.output());
        to.setSignal(done.signal());
        yield WorkflowEventKind.TASK_SUCCEEDED;
      }
      case RunEvent.TaskFailed failed -> {
        to.setTask(failed.task());
        to.setError(Avro.error(failed.error()));
        to.setContinues(failed.continues());
        to.setSignal(failed.signal());
        yield WorkflowEventKind.TASK_FAILED;
      }
      case RunEvent.TaskSkipped skipped -> {
        to.setTask(skipped.task());
        to.setError(Avro.error(skipped.error()));
        yield WorkflowEventKind.TASK_SKIPPED;
      }
      case RunEvent.TaskCancelled cancelled -> {
        to.setTask(cancelled.task());
        to.setSignal(cancelled.signal());
        yield WorkflowEventKind.TASK_CANCELLED;
      }
      default -> fillRun(to, event);
    };
  }

  private static WorkflowEventKind fillRun(WorkflowEvent to, RunEvent event) {
    return switch (event) {
      case RunEvent.Stopping stopping -> {
        to.setState(Avro.state(stopping.goal()));
        to.setError(Avro.error(stopping.error()));
        yield WorkflowEventKind.RUN_STOPPING;
      }
      case RunEvent.Ended ended -> {
        to.setState(Avro.state(ended.state()));
        to.setData(ended.output());
        to.setError(Avro.error(ended.error()));
        to.setDue(time(ended.expireAt()));
        yield WorkflowEventKind.RUN_ENDED;
      }
      case RunEvent.Resumed resumed -> {
        to.setTasks(resumed.tasks());
        to.setDue(time(resumed.deadline()));
        yield WorkflowEventKind.RUN_RESUMED;
      }
      case RunEvent.WaiterAdded waiter -> {
        to.setReplyKey(waiter.replyKey());
        yield WorkflowEventKind.WAITER_ADDED;
      }
      case RunEvent.Rejected rejected -> {
        to.setCommandId(rejected.commandId());
        to.setError(Avro.error(rejected.reason()));
        yield WorkflowEventKind.COMMAND_REJECTED;
      }
      default -> fillUndoOrSignal(to, event);
    };
  }

  private static WorkflowEventKind fillUndoOrSignal(WorkflowEvent to, RunEvent event) {
    return switch (event) {
      case RunEvent.CompensationStarted started -> {
        to.setTasks(started.tasks());
        yield WorkflowEventKind.COMPENSATION_STARTED;
      }
      case RunEvent.UndoStarted undo -> {
        to.setTask(undo.task());
        to.setAttempt(undo.attempt());
        yield WorkflowEventKind.TASK_COMPENSATING;
      }
      case RunEvent.Undone undone -> {
        to.setTask(undone.task());
        yield WorkflowEventKind.TASK_COMPENSATED;
      }
      case RunEvent.UndoFailed failed -> {
        to.setTask(failed.task());
        to.setError(Avro.error(failed.error()));
        yield WorkflowEventKind.TASK_COMPENSATION_FAILED;
      }
      case RunEvent.CompensationResumed resumed -> WorkflowEventKind.COMPENSATION_RESUMED;
      case RunEvent.SignalReceived received -> {
        to.setSignal(received.signal());
        to.setData(received.payload());
        yield WorkflowEventKind.SIGNAL_RECEIVED;
      }
      case RunEvent.SignalKept kept -> {
        to.setSignal(kept.signal());
        to.setData(kept.payload());
        yield WorkflowEventKind.SIGNAL_KEPT;
      }
      case RunEvent.SignalTaken taken -> {
        to.setSignal(taken.signal());
        yield WorkflowEventKind.SIGNAL_TAKEN;
      }
      default -> throw new IllegalStateException("expected an event of a run, found " + event);
    };
  }

  /** What a record says; the other way round than {@link #write}. */
  static RunEvent read(WorkflowEvent from) {
    return switch (from.getKind()) {
      case RUN_STARTED ->
          new RunEvent.Started(
              from.getExecutionId(),
              text(from.getCommandId()),
              text(from.getJobRun()),
              from.getWorkflow(),
              from.getVersion(),
              from.getData(),
              from.getContext(),
              time(from.getDue()),
              from.getReplyKey(),
              Avro.parent(from.getParent()),
              TraceContext.of(from.getTraceparent(), from.getTracestate()));
      case TASK_STARTED -> {
        boolean waits =
            from.getSignal() != null
                || (from.getDue() != null && from.getCount() == null && from.getJobId() == null);
        yield new RunEvent.TaskStarted(
            text(from.getTask()),
            number(from.getAttempt()),
            time(from.getDue()),
            from.getCount() == null ? -1 : from.getCount(),
            from.getSignal(),
            waits);
      }
      case ITEM_STARTED -> new RunEvent.ItemStarted(text(from.getTask()), number(from.getIndex()));
      case ITEM_SUCCEEDED ->
          new RunEvent.ItemSucceeded(
              text(from.getTask()), number(from.getIndex()), text(from.getData()));
      case TASK_SUCCEEDED ->
          new RunEvent.TaskSucceeded(text(from.getTask()), from.getData(), from.getSignal());
      case TASK_FAILED ->
          new RunEvent.TaskFailed(
              text(from.getTask()),
              error(from),
              Boolean.TRUE.equals(from.getContinues()),
              from.getSignal());
      case TASK_SKIPPED ->
          new RunEvent.TaskSkipped(text(from.getTask()), Avro.failure(from.getError()));
      case TASK_CANCELLED -> new RunEvent.TaskCancelled(text(from.getTask()), from.getSignal());
      default -> readRun(from);
    };
  }

  private static RunEvent readRun(WorkflowEvent from) {
    return switch (from.getKind()) {
      case RUN_STOPPING -> new RunEvent.Stopping(Avro.state(from.getState()), error(from));
      case RUN_ENDED ->
          new RunEvent.Ended(
              Avro.state(from.getState()),
              from.getData(),
              Avro.failure(from.getError()),
              time(from.getDue()));
      case COMPENSATION_STARTED -> new RunEvent.CompensationStarted(from.getTasks());
      case TASK_COMPENSATING ->
          new RunEvent.UndoStarted(text(from.getTask()), number(from.getAttempt()));
      case TASK_COMPENSATED -> new RunEvent.Undone(text(from.getTask()));
      case TASK_COMPENSATION_FAILED -> new RunEvent.UndoFailed(text(from.getTask()), error(from));
      case SIGNAL_RECEIVED ->
          new RunEvent.SignalReceived(text(from.getSignal()), text(from.getData()));
      case SIGNAL_KEPT -> new RunEvent.SignalKept(text(from.getSignal()), text(from.getData()));
      case SIGNAL_TAKEN -> new RunEvent.SignalTaken(text(from.getSignal()));
      case RUN_RESUMED -> new RunEvent.Resumed(from.getTasks(), time(from.getDue()));
      case COMPENSATION_RESUMED -> new RunEvent.CompensationResumed();
      case WAITER_ADDED -> new RunEvent.WaiterAdded(text(from.getReplyKey()));
      case COMMAND_REJECTED -> new RunEvent.Rejected(text(from.getCommandId()), error(from));
      default -> throw new IllegalStateException("expected an event, found " + from.getKind());
    };
  }

  private static JobFailure error(WorkflowEvent from) {
    JobFailure error = Avro.failure(from.getError());
    return error == null ? new JobFailure("", "") : error;
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  private static int number(@Nullable Integer value) {
    return value == null ? 0 : value;
  }

  private static @Nullable Instant time(long millis) {
    return millis == 0 ? null : Instant.ofEpochMilli(millis);
  }

  private static long time(@Nullable Instant instant) {
    return instant == null ? 0 : instant.toEpochMilli();
  }
}
