package io.clusterdb.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a run of a workflow.
 *
 * @param at when it was decided
 * @param sequence its number in the run, from 1
 * @param kind what happened, such as {@code TASK_STARTED}
 * @param task the task that it is about; null for none
 * @param index element of a fan-out; null for none
 * @param attempt how often the task, or its compensation, was started; null where it says nothing
 * @param state with the end of a run: the state that it ends in; null otherwise
 * @param jobId id of the job or run that was started; null for none
 * @param count elements of a fan-out; null for none
 * @param signal name of a signal; null for none
 * @param tasks tasks to be undone, or to run again
 * @param data input, output or payload; null for none
 * @param error why something failed, was skipped or refused; null otherwise
 * @param due when the task's time comes, or the run's; null for never
 * @param continues whether the run goes on after a failed task
 */
public record WorkflowEventInfo(
    Instant at,
    long sequence,
    String kind,
    @Nullable String task,
    @Nullable Integer index,
    @Nullable Integer attempt,
    @Nullable RunState state,
    @Nullable String jobId,
    @Nullable Integer count,
    @Nullable String signal,
    List<String> tasks,
    @Nullable JsonNode data,
    @Nullable JobFailure error,
    @Nullable Instant due,
    boolean continues) {
  /** Copies the list. */
  public WorkflowEventInfo {
    tasks = List.copyOf(tasks);
  }
}
