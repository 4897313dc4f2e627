package io.clusterdb.tasks.orchestrator.workflow.engine;

import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.WorkflowTaskState;
import java.util.EnumSet;
import java.util.Set;

/** Which states of runs and tasks follow each other. Tests make every move, and no other. */
final class Moves {
  private Moves() {}

  /** States that may follow a run's state. */
  static Set<RunState> of(RunState state) {
    return switch (state) {
      case RUNNING ->
          EnumSet.of(
              RunState.SUCCEEDED,
              RunState.FAILED,
              RunState.COMPENSATING,
              RunState.CANCELLED,
              RunState.TIMED_OUT);
      case COMPENSATING ->
          EnumSet.of(RunState.COMPENSATED, RunState.COMPENSATION_FAILED, RunState.TIMED_OUT);
      case COMPENSATION_FAILED -> EnumSet.of(RunState.COMPENSATING);
      case SUCCEEDED, FAILED, COMPENSATED, CANCELLED, TIMED_OUT -> EnumSet.of(RunState.RUNNING);
    };
  }

  /** States that may follow a task's state; those of an ended one if its run is let go on. */
  static Set<WorkflowTaskState> of(WorkflowTaskState state) {
    return switch (state) {
      case PENDING ->
          EnumSet.of(
              WorkflowTaskState.RUNNING,
              WorkflowTaskState.WAITING,
              WorkflowTaskState.SKIPPED,
              WorkflowTaskState.CANCELLED);
      case RUNNING, WAITING ->
          EnumSet.of(
              WorkflowTaskState.SUCCEEDED, WorkflowTaskState.FAILED, WorkflowTaskState.CANCELLED);
      case SUCCEEDED -> EnumSet.of(WorkflowTaskState.COMPENSATING, WorkflowTaskState.PENDING);
      case COMPENSATING -> EnumSet.of(WorkflowTaskState.COMPENSATED);
      case FAILED, SKIPPED, COMPENSATED, CANCELLED -> EnumSet.of(WorkflowTaskState.PENDING);
      case RETRYING -> EnumSet.noneOf(WorkflowTaskState.class); // The job's, not the engine's.
    };
  }
}
