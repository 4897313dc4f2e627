package io.clusterdb.tasks.orchestrator.workflow.topology;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.orchestrator.workflow.engine.Row;
import io.clusterdb.tasks.schemas.avro.JobError;
import io.clusterdb.tasks.schemas.avro.WorkflowParent;
import io.clusterdb.tasks.schemas.avro.WorkflowRunState;
import org.jspecify.annotations.Nullable;

/** The engine's values as records have them, and back. Stateless. */
final class Avro {
  private static final int MESSAGE = 2_000;

  private Avro() {}

  static WorkflowRunState state(RunState state) {
    return WorkflowRunState.valueOf(state.name());
  }

  static RunState state(WorkflowRunState state) {
    return RunState.valueOf(state.name());
  }

  static @Nullable JobError error(@Nullable JobFailure failure) {
    if (failure == null) {
      return null;
    }
    String message = failure.message();
    return new JobError(
        failure.type(),
        message.length() <= MESSAGE ? message : message.substring(0, MESSAGE - 3) + "...");
  }

  static @Nullable JobFailure failure(@Nullable JobError error) {
    return error == null ? null : new JobFailure(error.getType(), error.getMessage());
  }

  static @Nullable WorkflowParent parent(Row.@Nullable Parent parent) {
    return parent == null
        ? null
        : new WorkflowParent(parent.executionId(), parent.jobId(), parent.jobRun(), parent.depth());
  }

  static Row.@Nullable Parent parent(@Nullable WorkflowParent parent) {
    return parent == null
        ? null
        : new Row.Parent(
            parent.getExecutionId(), parent.getJobId(), parent.getJobRun(), parent.getDepth());
  }
}
