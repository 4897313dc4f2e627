package io.clusterdb.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a run of a workflow is getting on.
 *
 * @param id the run's id
 * @param workflow the workflow's name
 * @param version its version
 * @param state its state
 * @param input what it was started with; null for none
 * @param output what it returned; null unless it succeeded
 * @param error why it fails or failed; null while all is well
 * @param startedAt when it started
 * @param finishedAt when it ended; null while it goes on
 * @param tasks its tasks in the order of their dependencies; empty in lists
 */
public record WorkflowStatus(
    String id,
    String workflow,
    String version,
    RunState state,
    @Nullable JsonNode input,
    @Nullable JsonNode output,
    @Nullable JobFailure error,
    Instant startedAt,
    @Nullable Instant finishedAt,
    List<TaskStatus> tasks) {
  /** Copies the list. */
  public WorkflowStatus {
    tasks = List.copyOf(tasks);
  }

  /**
   * How a task of a run is getting on.
   *
   * @param name its name
   * @param state its state
   * @param attempt how often the run started it; the attempts of its job are the job's
   * @param startedAt when it started last; null before it did
   * @param finishedAt when it ended; null before it did
   * @param output what it returned; null for nothing
   * @param error why it failed, was skipped or could not be undone; null otherwise
   * @param items elements of its fan-out; null for none
   * @param done elements that ended well; null without a fan-out
   * @param dependsOn names of the tasks before it
   */
  public record TaskStatus(
      String name,
      WorkflowTaskState state,
      int attempt,
      @Nullable Instant startedAt,
      @Nullable Instant finishedAt,
      @Nullable JsonNode output,
      @Nullable JobFailure error,
      @Nullable Integer items,
      @Nullable Integer done,
      List<String> dependsOn) {
    /** Copies the list. */
    public TaskStatus {
      dependsOn = List.copyOf(dependsOn);
    }
  }
}
