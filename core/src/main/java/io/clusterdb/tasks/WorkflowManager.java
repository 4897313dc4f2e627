package io.clusterdb.tasks;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Workflows and their runs. Thread-safe. */
public interface WorkflowManager {
  /**
   * Creates a version of a workflow. Creating one that exists with the same content does nothing.
   * Inline handlers run in a processor on this connection from now on, until it is closed.
   *
   * @throws TasksException INVALID_CONFIG with everything that is wrong with it, CONFLICT if the
   *     version exists with other content
   */
  void createWorkflow(Workflow workflow);

  /** As {@link #createWorkflow}, without waiting. */
  CompletableFuture<Void> createWorkflowAsync(Workflow workflow);

  /** Every version of every workflow, by name and version. */
  List<Workflow> listWorkflows();
}
