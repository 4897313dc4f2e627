package io.clusterdb.tasks.orchestrator.workflow.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.WorkflowAction.RunWorkflow;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.workflow.ExecutionIds;
import io.clusterdb.tasks.workflow.TemplateException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Fills in what a task runs. Not thread-safe. */
final class Jobs {
  /** Said instead of an effect. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient JobFailure failure;

    Refused(String type, String message) {
      this(new JobFailure(type, message));
    }

    Refused(JobFailure failure) {
      super(failure.message());
      this.failure = failure;
    }

    JobFailure failure() {
      return failure;
    }
  }

  private final Work work;
  private final Plan plan;
  private final Settings settings;
  private final JobCheck check;

  Jobs(Work work, Plan plan, Settings settings, JobCheck check) {
    this.work = work;
    this.plan = plan;
    this.settings = settings;
    this.check = check;
  }

  static String id(Row.Run run, String task, int index) {
    String id = run.executionId() + "/" + task;
    return index < 0 ? id : id + "/" + index;
  }

  static String run(Row.Run run, int attempt) {
    return run.runId() + "." + attempt;
  }

  static String undoId(Row.Run run, String task) {
    return run.executionId() + "/" + task + "/compensate";
  }

  static String undoRun(Row.Run run, int attempt) {
    return run.runId() + ".c" + attempt;
  }

  static String childId(Row.Run run, String task, int index, int attempt) {
    String id = run.executionId() + "." + task;
    id = index < 0 ? id : id + "." + index;
    return attempt == 1 ? id : id + "." + attempt;
  }

  Effect.RunJob job(WorkflowTask task, Task job, RunScope scope, int attempt) throws Refused {
    Row.Run run = work.run();
    int index = scope.item() == null ? -1 : scope.index();
    Task filled = task.forEach() == null ? job.timeout(task.timeout()) : job;
    RetryPolicy retry = plan.retry(task);
    filled = filled.retry(retry == null ? job.retry() : retry);
    return job(task.name(), filled, scope, id(run, task.name(), index), run(run, attempt), "");
  }

  Effect.RunJob undo(WorkflowTask task, Task job, RunScope scope, int attempt) throws Refused {
    Row.Run run = work.run();
    return job(
        task.name(), job, scope, undoId(run, task.name()), undoRun(run, attempt), "compensation ");
  }

  private Effect.RunJob job(
      String name, Task job, RunScope scope, String id, String jobRun, String what) throws Refused {
    try {
      String place = what + name;
      Object payload = job.payload();
      JsonNode filled =
          payload == null
              ? scope.input()
              : plan.template(place + "/payload", payload).resolve(scope);
      Map<String, String> metadata = new HashMap<>();
      scope
          .inputs()
          .path("context")
          .properties()
          .forEach(entry -> metadata.put(entry.getKey(), entry.getValue().asText()));
      for (Map.Entry<String, String> entry : job.metadata().entrySet()) {
        String key = entry.getKey();
        metadata.put(
            key, text(plan.template(place + "/meta/" + key, entry.getValue()).resolve(scope)));
      }
      Row.Run run = work.run();
      metadata.put("workflow", run.workflow());
      metadata.put("execution", run.executionId());
      metadata.put("task", name);
      String key = job.key();
      Task ready =
          new Task(
              job.type(),
              null,
              id,
              job.queue(),
              key == null ? null : text(plan.template(place + "/key", key).resolve(scope)),
              job.priority(),
              job.timeout(),
              job.retry(),
              metadata);
      Effect.RunJob effect =
          new Effect.RunJob(id, jobRun, ready, sized(filled.toString(), "payload of " + name));
      JobFailure refusal = check.refuse(effect);
      if (refusal != null) {
        throw new Refused(refusal);
      }
      return effect;
    } catch (TemplateException e) {
      throw template(what + "task " + name, e);
    }
  }

  Effect.StartRun child(WorkflowTask task, RunWorkflow action, RunScope scope, int attempt)
      throws Refused {
    Row.Run run = work.run();
    Row.Parent above = run.parent();
    int depth = above == null ? 1 : above.depth() + 1;
    int index = scope.item() == null ? -1 : scope.index();
    String child = childId(run, task.name(), index, attempt);
    if (depth > Settings.MAX_DEPTH || child.length() > ExecutionIds.MAX_LENGTH) {
      throw new Refused(
          "TooDeep",
          "expected at most %d runs inside each other, found more at task %s"
              .formatted(Settings.MAX_DEPTH, task.name()));
    }
    try {
      Object input = action.input();
      JsonNode filled =
          input == null
              ? scope.input()
              : plan.template(task.name() + "/input", input).resolve(scope);
      Map<String, String> context = new HashMap<>();
      scope
          .inputs()
          .path("context")
          .properties()
          .forEach(entry -> context.put(entry.getKey(), entry.getValue().asText()));
      return new Effect.StartRun(
          child,
          action.workflow(),
          action.version(),
          sized(filled.toString(), "input of " + task.name()),
          context,
          new Row.Parent(run.executionId(), id(run, task.name(), index), run(run, attempt), depth));
    } catch (TemplateException e) {
      throw template("task " + task.name(), e);
    }
  }

  static Refused template(String where, TemplateException error) {
    return new Refused("TemplateError", where + ": " + error.getMessage());
  }

  private static String text(JsonNode value) {
    return value.isTextual() ? value.textValue() : value.toString();
  }

  private String sized(String json, String what) throws Refused {
    boolean small = json.length() <= settings.maxPayload() / 4;
    int size = small ? 0 : json.getBytes(StandardCharsets.UTF_8).length;
    if (size > settings.maxPayload()) {
      throw new Refused(
          "PayloadTooLarge",
          "expected at most %d bytes as %s, found %d. Pass a reference instead of the data."
              .formatted(settings.maxPayload(), what, size));
    }
    return json;
  }
}
