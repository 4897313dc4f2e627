package io.clusterdb.tasks.orchestrator.workflow.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.orchestrator.workflow.engine.Row;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.WorkflowListRow;
import io.clusterdb.tasks.schemas.avro.WorkflowRunRow;
import io.clusterdb.tasks.schemas.avro.WorkflowTaskRow;
import io.clusterdb.tasks.schemas.avro.WorkflowTaskState;
import io.clusterdb.tasks.trace.TraceContext;
import org.jspecify.annotations.Nullable;

/** Rows as the store keeps them, whatever the brokers' registry does. Stateless. */
final class RowFormat {
  private static final PlatformCodec CODEC = PlatformCodec.singleObject();
  private static final String NO_TOPIC = "";

  private RowFormat() {}

  static byte[] write(Row row) {
    return switch (row) {
      case Row.Run run -> CODEC.encode(NO_TOPIC, run(run));
      case Row.Task task -> CODEC.encode(NO_TOPIC, task(task));
      case Row.Names names ->
          CODEC.encode(NO_TOPIC, new WorkflowListRow(names.values(), names.kept()));
      case Row.Text text -> text.json().getBytes(UTF_8);
    };
  }

  static Row read(Row.Kind kind, byte[] bytes) {
    return switch (kind) {
      case RUN -> run(CODEC.decode(NO_TOPIC, bytes, WorkflowRunRow.class));
      case TASK -> task(CODEC.decode(NO_TOPIC, bytes, WorkflowTaskRow.class));
      case WAITERS, UNDO, SIGNAL -> {
        WorkflowListRow row = CODEC.decode(NO_TOPIC, bytes, WorkflowListRow.class);
        yield new Row.Names(row.getValues(), row.getKept());
      }
      case INPUT, OUTPUT -> new Row.Text(new String(bytes, UTF_8));
    };
  }

  private static WorkflowRunRow run(Row.Run run) {
    WorkflowRunRow row = new WorkflowRunRow();
    row.setExecutionId(run.executionId());
    row.setRunId(run.runId());
    row.setWorkflow(run.workflow());
    row.setVersion(run.version());
    row.setState(Avro.state(run.state()));
    row.setStartedAt(run.startedAt());
    row.setFinishedAt(time(run.finishedAt()));
    row.setDeadline(time(run.deadline()));
    row.setExpireAt(time(run.expireAt()));
    row.setSequence(run.sequence());
    row.setOpen(run.open());
    row.setRunning(run.running());
    row.setCompleted(run.completed());
    RunState goal = run.goal();
    row.setGoal(goal == null ? null : Avro.state(goal));
    row.setError(Avro.error(run.error()));
    row.setUndone(run.undone());
    row.setParent(Avro.parent(run.parent()));
    TraceContext trace = run.trace();
    row.setTraceparent(trace == null ? null : trace.parent());
    row.setTracestate(trace == null ? null : trace.state());
    row.setCause(Avro.error(run.cause()));
    return row;
  }

  private static Row.Run run(WorkflowRunRow row) {
    return new Row.Run(
        row.getExecutionId(),
        row.getRunId(),
        row.getWorkflow(),
        row.getVersion(),
        Avro.state(row.getState()),
        row.getStartedAt(),
        time(row.getFinishedAt()),
        time(row.getDeadline()),
        time(row.getExpireAt()),
        row.getSequence(),
        row.getOpen(),
        row.getRunning(),
        row.getCompleted(),
        row.getGoal() == null ? null : Avro.state(row.getGoal()),
        Avro.failure(row.getError()),
        row.getUndone(),
        Avro.parent(row.getParent()),
        TraceContext.of(row.getTraceparent(), row.getTracestate()),
        Avro.failure(row.getCause()));
  }

  private static WorkflowTaskRow task(Row.Task task) {
    WorkflowTaskRow row = new WorkflowTaskRow();
    row.setName(task.name());
    row.setState(WorkflowTaskState.valueOf(task.state().name()));
    row.setAttempt(task.attempt());
    row.setWaiting(task.waiting());
    row.setStartedAt(time(task.startedAt()));
    row.setFinishedAt(time(task.finishedAt()));
    row.setDue(time(task.due()));
    row.setOrder(task.order());
    row.setError(Avro.error(task.error()));
    row.setItems(task.items());
    row.setNext(task.next());
    row.setDone(task.done());
    row.setSize(task.size());
    row.setUndoAttempt(task.undoAttempt());
    return row;
  }

  private static Row.Task task(WorkflowTaskRow row) {
    return new Row.Task(
        row.getName(),
        io.clusterdb.tasks.WorkflowTaskState.valueOf(row.getState().name()),
        row.getAttempt(),
        row.getWaiting(),
        time(row.getStartedAt()),
        time(row.getFinishedAt()),
        time(row.getDue()),
        row.getOrder(),
        Avro.failure(row.getError()),
        row.getItems(),
        row.getNext(),
        row.getDone(),
        row.getSize(),
        row.getUndoAttempt());
  }

  private static @Nullable Long time(long millis) {
    return millis == 0 ? null : millis;
  }

  private static long time(@Nullable Long millis) {
    return millis == null ? 0 : millis;
  }
}
