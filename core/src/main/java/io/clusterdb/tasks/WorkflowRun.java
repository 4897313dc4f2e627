package io.clusterdb.tasks;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A run of a workflow that somebody holds on to. Thread-safe. */
public interface WorkflowRun {
  /** The run's id, as {@code tasks workflow status} takes it. */
  String id();

  /**
   * Waits until the run has ended, however it ended.
   *
   * @throws TasksException WAIT_TIMEOUT if it has not ended in this time, and goes on;
   *     WORKFLOW_NOT_FOUND, EXECUTION_NOT_FOUND or INVALID_PAYLOAD if there is no such run;
   *     UNREACHABLE, CANCELLED if the thread is interrupted
   */
  WorkflowResult result(Duration wait);

  /** Completes when the run has ended; with what {@link #result} throws if it never will. */
  CompletableFuture<WorkflowResult> resultAsync();
}
