package io.clusterdb.tasks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A graph of tasks. Immutable; each method that takes a value returns a changed copy. A version,
 * once created, never changes: what is to be different gets another version, and runs keep the one
 * that they were started with.
 *
 * @param name its name: letters, digits, {@code _} and {@code -}
 * @param version its version, such as {@code 1.0}; the latest is the one with the highest numbers
 * @param timeout how long a run may take; null for no limit
 * @param retry retry policy of tasks that have none; null for that of a task's type or queue
 * @param errorHandling what becomes of a run in which a task failed; null for {@link
 *     ErrorHandling#COMPENSATE} where a task has a compensating action, else {@link
 *     ErrorHandling#FAIL}
 * @param tasks its tasks, at least one
 * @param outputs output of a run, with templates; null for the output of the one task that none
 *     depends on, or of all such tasks by name
 */
public record Workflow(
    String name,
    String version,
    @Nullable Duration timeout,
    @Nullable RetryPolicy retry,
    @Nullable ErrorHandling errorHandling,
    List<WorkflowTask> tasks,
    @Nullable Object outputs) {
  /** Version of a workflow that does not say one. */
  public static final String DEFAULT_VERSION = "1.0";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,119}");
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}");

  /** Checks the values; whether tasks fit together is checked when the workflow is created. */
  public Workflow {
    checkName("a workflow's name", name);
    checkVersion(version);
    if (timeout != null) {
      Checks.positive("timeout", timeout);
    }
    tasks = List.copyOf(tasks);
  }

  /** A workflow without tasks so far. */
  public static Workflow named(String name) {
    return new Workflow(name, DEFAULT_VERSION, null, null, null, List.of(), null);
  }

  /** With this version. */
  public Workflow version(String value) {
    return new Workflow(name, value, timeout, retry, errorHandling, tasks, outputs);
  }

  /** With this limit to a run. */
  public Workflow timeout(@Nullable Duration value) {
    return new Workflow(name, version, value, retry, errorHandling, tasks, outputs);
  }

  /** With this retry policy for tasks that have none. */
  public Workflow retry(@Nullable RetryPolicy value) {
    return new Workflow(name, version, timeout, value, errorHandling, tasks, outputs);
  }

  /** With this handling of errors. */
  public Workflow errorHandling(@Nullable ErrorHandling value) {
    return new Workflow(name, version, timeout, retry, value, tasks, outputs);
  }

  /** With this task after those that it has. */
  public Workflow task(WorkflowTask task) {
    List<WorkflowTask> all = new ArrayList<>(tasks);
    all.add(task);
    return tasks(all);
  }

  /** With these tasks instead of those that it has. */
  public Workflow tasks(List<WorkflowTask> all) {
    return new Workflow(name, version, timeout, retry, errorHandling, all, outputs);
  }

  /** With this output of a run. */
  public Workflow outputs(@Nullable Object value) {
    return new Workflow(name, version, timeout, retry, errorHandling, tasks, value);
  }

  /** What becomes of a run in which a task failed. */
  public ErrorHandling handling() {
    if (errorHandling != null) {
      return errorHandling;
    }
    return tasks.stream().anyMatch(task -> task.compensation() != null)
        ? ErrorHandling.COMPENSATE
        : ErrorHandling.FAIL;
  }

  /** Name and version, as in {@code order-processing/1.0}. */
  public String id() {
    return name + "/" + version;
  }

  static void checkName(String what, String value) {
    Checks.that(
        NAME.matcher(value).matches(),
        what + " of letters, digits, _ and -, at most 120 characters",
        "\"" + value + "\"");
  }

  static void checkVersion(String value) {
    Checks.that(
        VERSION.matcher(value).matches(),
        "a version of letters, digits, ., _, + and -, at most 64 characters",
        "\"" + value + "\"");
  }
}
