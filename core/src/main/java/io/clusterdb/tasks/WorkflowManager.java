package io.clusterdb.tasks;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

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

  /**
   * Starts a run. When this returns, the brokers have it for good, whether an orchestrator runs now
   * or later. The start of a run whose id is known starts nothing, and gives that run.
   *
   * @throws TasksException WORKFLOW_NOT_FOUND, INVALID_PAYLOAD if the input does not fit JSON or is
   *     too large, UNREACHABLE, FORBIDDEN
   * @throws IllegalArgumentException if the id or a name in the context is not allowed
   */
  WorkflowRun execute(WorkflowExecution execution);

  /** As {@link #execute}, without waiting. */
  CompletableFuture<WorkflowRun> executeAsync(WorkflowExecution execution);

  /** A run that was started before, here or elsewhere; whether there is one shows its result. */
  WorkflowRun run(String id);

  /**
   * How a run is getting on, as the orchestrator's API knows; a run that was started just now is
   * waited for a moment.
   *
   * @throws TasksException EXECUTION_NOT_FOUND, UNREACHABLE if no orchestrator answers
   * @throws IllegalArgumentException if no run can have this id
   */
  WorkflowStatus status(String id);

  /** As {@link #status}, without waiting. */
  CompletableFuture<WorkflowStatus> statusAsync(String id);

  /**
   * Runs, the newest first, a part of the list at a time.
   *
   * @throws TasksException UNREACHABLE if no orchestrator answers, INVALID_REQUEST if the cursor is
   *     none
   */
  WorkflowPage list(WorkflowFilter filter, PageRequest page);

  /** As {@link #list}, without waiting. */
  CompletableFuture<WorkflowPage> listAsync(WorkflowFilter filter, PageRequest page);

  /**
   * What happened to a run, in order, as far back as the log is kept.
   *
   * @throws TasksException EXECUTION_NOT_FOUND if the log has nothing of it, UNREACHABLE
   */
  List<WorkflowEventInfo> logs(String id);

  /** As {@link #logs}, without waiting. */
  CompletableFuture<List<WorkflowEventInfo>> logsAsync(String id);

  /**
   * Ends a run: tasks that wait end at once, jobs as their workers can.
   *
   * @param compensate whether tasks that completed are undone
   * @param reason for people; null for none
   * @throws TasksException CONFLICT if it has ended, EXECUTION_NOT_FOUND, WAIT_TIMEOUT if nobody
   *     answers within 30 s, and the command stays; UNREACHABLE
   */
  void cancel(String id, boolean compensate, @Nullable String reason);

  /** As {@link #cancel}, without waiting. */
  CompletableFuture<Void> cancelAsync(String id, boolean compensate, @Nullable String reason);

  /**
   * Sends a signal to a run: to its tasks that wait for it, else to the next that will.
   *
   * @param payload what these tasks return: anything that JSON can carry; null for nothing
   * @throws TasksException CONFLICT if it has ended or keeps too many signals, and as {@link
   *     #cancel}
   */
  void signal(String id, String signal, @Nullable Object payload);

  /** As {@link #signal}, without waiting. */
  CompletableFuture<Void> signalAsync(String id, String signal, @Nullable Object payload);

  /**
   * Lets an ended run go on: from a task, which is repeated with all that depends on it, or from
   * whatever failed, was cancelled or undone. After COMPENSATION_FAILED the compensation goes on.
   *
   * @param task the task; null for whatever failed
   * @throws TasksException CONFLICT if it has not ended, or has no such task, or has nothing to
   *     repeat, and as {@link #cancel}
   */
  void retryFrom(String id, @Nullable String task);

  /** As {@link #retryFrom}, without waiting. */
  CompletableFuture<Void> retryFromAsync(String id, @Nullable String task);

  /** Every version of every workflow, by name and version. */
  List<Workflow> listWorkflows();
}
