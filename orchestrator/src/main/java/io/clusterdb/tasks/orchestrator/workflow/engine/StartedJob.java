package io.clusterdb.tasks.orchestrator.workflow.engine;

import io.clusterdb.tasks.WorkflowAction.RunJob;
import io.clusterdb.tasks.WorkflowAction.RunWorkflow;
import io.clusterdb.tasks.WorkflowTask;
import org.jspecify.annotations.Nullable;

/**
 * The job, or the run of another workflow, that an event says was started.
 *
 * @param id id of the job or the run
 * @param run run of the job; null where the event does not say it
 */
public record StartedJob(String id, @Nullable String run) {
  /** What an event started; null for nothing. */
  public static @Nullable StartedJob of(Plan plan, Row.Run run, RunEvent event) {
    return switch (event) {
      case RunEvent.TaskStarted started when started.items() < 0 ->
          of(plan.task(started.task()), run, started.attempt());
      case RunEvent.ItemStarted started when plan.task(started.task()).action() instanceof RunJob ->
          new StartedJob(Jobs.id(run, started.task(), started.index()), null);
      case RunEvent.UndoStarted undo ->
          new StartedJob(Jobs.undoId(run, undo.task()), Jobs.undoRun(run, undo.attempt()));
      default -> null;
    };
  }

  private static @Nullable StartedJob of(WorkflowTask task, Row.Run run, int attempt) {
    return switch (task.action()) {
      case RunJob job -> new StartedJob(Jobs.id(run, task.name(), -1), Jobs.run(run, attempt));
      case RunWorkflow child ->
          new StartedJob(Jobs.childId(run, task.name(), -1, attempt), Jobs.run(run, attempt));
      default -> null;
    };
  }
}
