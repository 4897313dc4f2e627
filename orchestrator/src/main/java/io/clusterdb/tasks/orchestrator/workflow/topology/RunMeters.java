package io.clusterdb.tasks.orchestrator.workflow.topology;

import io.clusterdb.tasks.metrics.Meters;
import io.clusterdb.tasks.metrics.WorkflowMetric;
import io.clusterdb.tasks.orchestrator.workflow.engine.Row;
import io.clusterdb.tasks.orchestrator.workflow.engine.RunEvent;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Counts what happens to runs. Used by a partition's thread, beside those of others. */
final class RunMeters {
  private final Meters meters;

  RunMeters(Meters meters) {
    this.meters = meters;
  }

  /**
   * Counts a decision.
   *
   * @param run the run after it
   * @param rows the rows that it changed, as they are after it
   */
  void count(List<RunEvent> events, Row.Run run, Map<Row.Key, Optional<Row>> rows) {
    for (RunEvent event : events) {
      switch (event) {
        case RunEvent.Started started ->
            meters.counter(WorkflowMetric.WORKFLOW_RUNS_STARTED, run.workflow()).increment();
        case RunEvent.TaskSucceeded ended -> task(run, ended.task(), rows);
        case RunEvent.TaskFailed ended -> task(run, ended.task(), rows);
        case RunEvent.TaskCancelled ended -> task(run, ended.task(), rows);
        case RunEvent.Undone ended -> undone(run, ended.task(), "succeeded");
        case RunEvent.UndoFailed ended -> undone(run, ended.task(), "failed");
        case RunEvent.Ended ended -> ended(run);
        default -> {}
      }
    }
  }

  private void ended(Row.Run run) {
    meters
        .timer(WorkflowMetric.WORKFLOW_RUN_DURATION, run.workflow(), word(run.state()))
        .record(Math.max(0, run.finishedAt() - run.startedAt()), TimeUnit.MILLISECONDS);
  }

  /** One that never began took no time that would tell anything. */
  private void task(Row.Run run, String name, Map<Row.Key, Optional<Row>> rows) {
    Optional<Row> row = rows.getOrDefault(new Row.Key(Row.Kind.TASK, name, -1), Optional.empty());
    if (row.orElse(null) instanceof Row.Task task && task.startedAt() > 0) {
      meters
          .timer(WorkflowMetric.WORKFLOW_TASK_DURATION, run.workflow(), name, word(task.state()))
          .record(Math.max(0, task.finishedAt() - task.startedAt()), TimeUnit.MILLISECONDS);
    }
  }

  private void undone(Row.Run run, String task, String outcome) {
    meters
        .counter(WorkflowMetric.WORKFLOW_COMPENSATIONS, run.workflow(), task, outcome)
        .increment();
  }

  private static String word(Enum<?> state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
