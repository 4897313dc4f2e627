package io.clusterdb.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.WorkflowAction.RunJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A task of a {@link Workflow}. Immutable; each method that takes a value returns a changed copy.
 * Unless said otherwise a task runs a job whose type is the task's name and whose payload is the
 * run's input.
 *
 * @param name its name, once in a workflow: letters, digits, {@code _} and {@code -}
 * @param action what it does
 * @param dependsOn names of tasks that must have ended before
 * @param retry retry policy of its jobs; null for the workflow's
 * @param when condition under which it runs at all, such as {@code {{input.amount}} > 100}; null
 *     for always
 * @param forEach what it runs for each element of; null for once
 * @param timeout how long an attempt of its job may run; for a sub-workflow, a wait and a fan-out
 *     how long the whole task may take. Null for no limit of its own
 * @param onFailure what its failure means; null for what the workflow says
 * @param compensation job that undoes it; null for none
 * @param handler code of this process that runs its job; null where workers have it
 */
public record WorkflowTask(
    String name,
    WorkflowAction action,
    List<String> dependsOn,
    @Nullable RetryPolicy retry,
    @Nullable String when,
    @Nullable ForEach forEach,
    @Nullable Duration timeout,
    @Nullable OnFailure onFailure,
    @Nullable Task compensation,
    @Nullable InlineHandler<?> handler) {
  /** Checks the values. */
  public WorkflowTask {
    Workflow.checkName("a task's name", name);
    if (timeout != null) {
      Checks.positive("timeout", timeout);
    }
    dependsOn = List.copyOf(dependsOn);
  }

  /**
   * Code that runs a task's job.
   *
   * @param payload class that the payload is read as
   * @param handler the code
   */
  public record InlineHandler<T>(Class<T> payload, JobHandler<T> handler) {}

  /** A task that runs a job of the type of its name. */
  public static WorkflowTask named(String name) {
    return new WorkflowTask(
        name, new RunJob(Task.of(name)), List.of(), null, null, null, null, null, null, null);
  }

  /** Running a job of this type. */
  public WorkflowTask type(String type) {
    return job(
        task ->
            new Task(
                type,
                task.payload(),
                null,
                task.queue(),
                task.key(),
                task.priority(),
                null,
                null,
                task.metadata()));
  }

  /** Running this job; its timeout and retry policy are the task's where it has them. */
  public WorkflowTask task(Task task) {
    WorkflowTask changed = action(new RunJob(task));
    RetryPolicy policy = task.retry();
    Duration limit = task.timeout();
    changed = policy == null ? changed : changed.retry(policy);
    return limit == null ? changed : changed.timeout(limit);
  }

  /**
   * With this payload: anything that JSON can carry, in which texts may hold templates such as
   * {@code {{tasks.validate.output}}}.
   */
  public WorkflowTask payload(@Nullable Object value) {
    return job(task -> task.payload(value));
  }

  /** In this queue. */
  public WorkflowTask queue(String queue) {
    return job(task -> task.queue(queue));
  }

  /** With this ordering key, which may be a template. */
  public WorkflowTask key(String key) {
    return job(task -> task.key(key));
  }

  /** With its job run by this code, with the payload as a tree. */
  public WorkflowTask handler(JobHandler<JsonNode> code) {
    return handler(JsonNode.class, code);
  }

  /**
   * With its job run by this code, in a processor on the connection that creates the workflow. The
   * type is {@code <workflow>/<task>}, the queue {@code workflow-<workflow>} unless one is named.
   */
  public <T> WorkflowTask handler(Class<T> payload, JobHandler<T> code) {
    return new WorkflowTask(
        name,
        action,
        dependsOn,
        retry,
        when,
        forEach,
        timeout,
        onFailure,
        compensation,
        new InlineHandler<>(payload, code));
  }

  /** Waiting this long instead of running a job. */
  public WorkflowTask sleep(Duration duration) {
    return action(new WorkflowAction.Sleep(duration));
  }

  /** Waiting for this signal instead of running a job. */
  public WorkflowTask waitFor(String signal) {
    return action(new WorkflowAction.WaitFor(signal));
  }

  /** Running the latest version of another workflow, with this run's input. */
  public WorkflowTask workflow(String other) {
    return action(new WorkflowAction.RunWorkflow(other, null, null));
  }

  /** Running another workflow. */
  public WorkflowTask workflow(String other, @Nullable String version, @Nullable Object input) {
    return action(new WorkflowAction.RunWorkflow(other, version, input));
  }

  /** Doing this. */
  public WorkflowTask action(WorkflowAction value) {
    return new WorkflowTask(
        name, value, dependsOn, retry, when, forEach, timeout, onFailure, compensation, handler);
  }

  /** Running after these tasks, beside those that it runs after already. */
  public WorkflowTask dependsOn(String... tasks) {
    List<String> all = new ArrayList<>(dependsOn);
    Collections.addAll(all, tasks);
    return new WorkflowTask(
        name, action, all, retry, when, forEach, timeout, onFailure, compensation, handler);
  }

  /** With this retry policy. */
  public WorkflowTask retry(@Nullable RetryPolicy value) {
    return new WorkflowTask(
        name, action, dependsOn, value, when, forEach, timeout, onFailure, compensation, handler);
  }

  /** Running under this condition only. */
  public WorkflowTask when(@Nullable String condition) {
    return new WorkflowTask(
        name,
        action,
        dependsOn,
        retry,
        condition,
        forEach,
        timeout,
        onFailure,
        compensation,
        handler);
  }

  /** Running for each element of this list or template of one. */
  public WorkflowTask forEach(Object items) {
    return forEach(items instanceof ForEach each ? each : ForEach.of(items));
  }

  /** Running for each element. */
  public WorkflowTask forEach(@Nullable ForEach value) {
    return new WorkflowTask(
        name, action, dependsOn, retry, when, value, timeout, onFailure, compensation, handler);
  }

  /** With this limit. */
  public WorkflowTask timeout(@Nullable Duration value) {
    return new WorkflowTask(
        name, action, dependsOn, retry, when, forEach, value, onFailure, compensation, handler);
  }

  /** With this meaning of its failure. */
  public WorkflowTask onFailure(@Nullable OnFailure value) {
    return new WorkflowTask(
        name, action, dependsOn, retry, when, forEach, timeout, value, compensation, handler);
  }

  /** Undone by this job if the run fails after the task has completed. */
  public WorkflowTask compensateWith(@Nullable Task value) {
    return new WorkflowTask(
        name, action, dependsOn, retry, when, forEach, timeout, onFailure, value, handler);
  }

  private WorkflowTask job(UnaryOperator<Task> change) {
    if (action instanceof RunJob run) {
      return action(new RunJob(change.apply(run.task())));
    }
    throw new IllegalArgumentException(
        "expected a task that runs a job, found " + action + " in task " + name);
  }
}
