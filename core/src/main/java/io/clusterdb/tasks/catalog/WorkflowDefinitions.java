package io.clusterdb.tasks.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.ErrorHandling;
import io.clusterdb.tasks.ForEach;
import io.clusterdb.tasks.OnFailure;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowAction;
import io.clusterdb.tasks.WorkflowAction.RunJob;
import io.clusterdb.tasks.WorkflowAction.RunWorkflow;
import io.clusterdb.tasks.WorkflowAction.Sleep;
import io.clusterdb.tasks.WorkflowAction.WaitFor;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.schemas.avro.RetryPolicyDefinition;
import io.clusterdb.tasks.schemas.avro.WorkflowDefinition;
import io.clusterdb.tasks.schemas.avro.WorkflowJobDefinition;
import io.clusterdb.tasks.schemas.avro.WorkflowTaskDefinition;
import io.clusterdb.tasks.schemas.avro.WorkflowTaskKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Workflows as the catalog holds them, and back. Pure. */
public final class WorkflowDefinitions {
  /** Why a version cannot become another one. */
  public static final String CHANGED =
      "expected the content that this version has in the catalog, found another; a version never"
          + " changes, so raise the version";

  private WorkflowDefinitions() {}

  /** A workflow's definition for the catalog; without inline handlers. */
  public static WorkflowDefinition write(Workflow workflow, Instant at) {
    ErrorHandling handling = workflow.errorHandling();
    return WorkflowDefinition.newBuilder()
        .setName(workflow.name())
        .setVersion(workflow.version())
        .setCreatedAt(at)
        .setTimeoutMs(millis(workflow.timeout()))
        .setRetry(retry(workflow.retry()))
        .setErrorHandling(handling == null ? null : handling.name())
        .setTasks(workflow.tasks().stream().map(WorkflowDefinitions::write).toList())
        .setOutputs(json(workflow.outputs()))
        .build();
  }

  /**
   * The workflow of a definition.
   *
   * @throws IllegalArgumentException if it is none that this version can work with
   */
  public static Workflow read(WorkflowDefinition definition) {
    return new Workflow(
        definition.getName(),
        definition.getVersion(),
        RetryPolicies.millis(definition.getTimeoutMs()),
        retry(definition.getRetry()),
        definition.getErrorHandling() == null
            ? null
            : ErrorHandling.valueOf(definition.getErrorHandling()),
        definition.getTasks().stream().map(WorkflowDefinitions::read).toList(),
        tree(definition.getOutputs()));
  }

  /** Whether two workflows are the same, given what the catalog keeps of them. */
  public static boolean same(Workflow one, Workflow other) {
    return write(one, Instant.EPOCH).equals(write(other, Instant.EPOCH));
  }

  private static WorkflowTaskDefinition write(WorkflowTask task) {
    WorkflowTaskDefinition.Builder builder =
        WorkflowTaskDefinition.newBuilder()
            .setName(task.name())
            .setDependsOn(task.dependsOn())
            .setWhen(task.when())
            .setRetry(retry(task.retry()))
            .setTimeoutMs(millis(task.timeout()))
            .setOnFailure(task.onFailure() == null ? null : task.onFailure().name())
            .setCompensation(task.compensation() == null ? null : job(task.compensation()));
    ForEach each = task.forEach();
    if (each != null) {
      builder.setForEach(json(each.items())).setConcurrency(each.concurrency());
    }
    switch (task.action()) {
      case RunJob run -> builder.setKind(WorkflowTaskKind.JOB).setJob(job(run.task()));
      case Sleep sleep ->
          builder.setKind(WorkflowTaskKind.SLEEP).setSleepMs(sleep.duration().toMillis());
      case WaitFor wait -> builder.setKind(WorkflowTaskKind.WAIT).setSignal(wait.signal());
      case RunWorkflow run ->
          builder
              .setKind(WorkflowTaskKind.WORKFLOW)
              .setWorkflow(run.workflow())
              .setWorkflowVersion(run.version())
              .setInput(json(run.input()));
    }
    return builder.build();
  }

  private static WorkflowTask read(WorkflowTaskDefinition definition) {
    String items = definition.getForEach();
    return new WorkflowTask(
        definition.getName(),
        action(definition),
        definition.getDependsOn(),
        retry(definition.getRetry()),
        definition.getWhen(),
        items == null
            ? null
            : new ForEach(Objects.requireNonNull(tree(items)), definition.getConcurrency()),
        RetryPolicies.millis(definition.getTimeoutMs()),
        definition.getOnFailure() == null ? null : OnFailure.valueOf(definition.getOnFailure()),
        definition.getCompensation() == null ? null : task(definition.getCompensation()),
        null);
  }

  private static WorkflowAction action(WorkflowTaskDefinition definition) {
    return switch (definition.getKind()) {
      case JOB -> new RunJob(task(present("job", definition.getJob())));
      case SLEEP -> new Sleep(Duration.ofMillis(present("sleepMs", definition.getSleepMs())));
      case WAIT -> new WaitFor(present("signal", definition.getSignal()));
      case WORKFLOW ->
          new RunWorkflow(
              present("workflow", definition.getWorkflow()),
              definition.getWorkflowVersion(),
              tree(definition.getInput()));
    };
  }

  private static <T> T present(String field, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException("expected a value for " + field + ", found none");
    }
    return value;
  }

  private static WorkflowJobDefinition job(Task task) {
    return WorkflowJobDefinition.newBuilder()
        .setType(task.type())
        .setQueue(task.queue())
        .setPayload(json(task.payload()))
        .setKey(task.key())
        .setPriority(task.priority() == Priority.NORMAL ? null : task.priority().lane())
        .setTimeoutMs(millis(task.timeout()))
        .setRetry(retry(task.retry()))
        .setMetadata(task.metadata())
        .build();
  }

  private static Task task(WorkflowJobDefinition job) {
    String priority = job.getPriority();
    return new Task(
        job.getType(),
        tree(job.getPayload()),
        null,
        job.getQueue(),
        job.getKey(),
        priority == null ? Priority.NORMAL : Priority.parse(priority),
        RetryPolicies.millis(job.getTimeoutMs()),
        retry(job.getRetry()),
        job.getMetadata());
  }

  private static @Nullable RetryPolicyDefinition retry(@Nullable RetryPolicy policy) {
    return policy == null ? null : RetryPolicies.write(policy);
  }

  private static @Nullable RetryPolicy retry(@Nullable RetryPolicyDefinition policy) {
    return policy == null ? null : RetryPolicies.read(policy);
  }

  private static @Nullable String json(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    try {
      return Json.mapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("expected what fits JSON, found " + value, e);
    }
  }

  private static @Nullable JsonNode tree(@Nullable String text) {
    return text == null ? null : Json.exact(text);
  }

  private static @Nullable Long millis(@Nullable Duration duration) {
    return duration == null ? null : duration.toMillis();
  }
}
