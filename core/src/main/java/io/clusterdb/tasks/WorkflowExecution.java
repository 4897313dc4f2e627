package io.clusterdb.tasks;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run of a workflow to be started. Immutable; each method that takes a value returns a changed
 * copy.
 *
 * @param workflow the workflow's name
 * @param version its version; null for the latest
 * @param id id of the run: at most 300 characters without slash and space; null to have one made. A
 *     start with the id of a run that is known starts nothing, so it can be repeated safely
 * @param input anything that JSON can carry, at most 900,000 characters of it; null for none
 * @param context travels to every job as metadata
 */
public record WorkflowExecution(
    String workflow,
    @Nullable String version,
    @Nullable String id,
    @Nullable Object input,
    Map<String, String> context) {
  /** Copies the context. */
  public WorkflowExecution {
    context = Map.copyOf(context);
  }

  /** A run of the latest version, without input so far. */
  public static WorkflowExecution of(String workflow) {
    return new WorkflowExecution(workflow, null, null, null, Map.of());
  }

  /** Of this version. */
  public WorkflowExecution version(@Nullable String value) {
    return new WorkflowExecution(workflow, value, id, input, context);
  }

  /** With this id. */
  public WorkflowExecution id(@Nullable String value) {
    return new WorkflowExecution(workflow, version, value, input, context);
  }

  /** With this input. */
  public WorkflowExecution input(@Nullable Object value) {
    return new WorkflowExecution(workflow, version, id, value, context);
  }

  /** With this context beside what is there. */
  public WorkflowExecution context(Map<String, String> values) {
    Map<String, String> all = new HashMap<>(context);
    all.putAll(values);
    return new WorkflowExecution(workflow, version, id, input, all);
  }
}
