package io.clusterdb.tasks.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.ErrorHandling;
import io.clusterdb.tasks.ForEach;
import io.clusterdb.tasks.OnFailure;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowAction;
import io.clusterdb.tasks.WorkflowAction.RunJob;
import io.clusterdb.tasks.WorkflowAction.RunWorkflow;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.config.Suggestions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds everything that is wrong with a workflow as a whole. Not thread-safe. */
public final class WorkflowCheck {
  private static final int MOST_TASKS = 20_000;

  private final Workflow workflow;
  private final TaskGraph graph;
  private final List<Problem> problems = new ArrayList<>();

  private WorkflowCheck(Workflow workflow) {
    this.workflow = workflow;
    this.graph = new TaskGraph(workflow);
  }

  /**
   * Something wrong.
   *
   * @param path where, by the keys of the YAML file below the workflow's name, such as {@code
   *     tasks[1].depends_on[0]}
   * @param message what was expected and what was found
   */
  public record Problem(String path, String message) {}

  /** All problems of a workflow; none if it can be created. */
  public static List<Problem> problems(Workflow workflow) {
    WorkflowCheck check = new WorkflowCheck(workflow);
    check.all();
    return List.copyOf(check.problems);
  }

  /**
   * Refuses a workflow that has problems.
   *
   * @throws TasksException INVALID_CONFIG with all of them
   */
  public static void require(Workflow workflow) {
    List<Problem> problems = problems(workflow);
    if (!problems.isEmpty()) {
      throw new TasksException(
          ErrorCode.INVALID_CONFIG,
          problems.stream()
              .map(problem -> problem.path() + ": " + problem.message())
              .collect(
                  Collectors.joining(
                      "\n  ",
                      "workflow %s has %d problem%s.\n  "
                          .formatted(
                              workflow.id(), problems.size(), problems.size() == 1 ? "" : "s"),
                      "")));
    }
  }

  private void all() {
    if (workflow.tasks().isEmpty()) {
      add("tasks", "expected at least one task, found none");
    }
    if (workflow.tasks().size() > MOST_TASKS) {
      add("tasks", "expected at most " + MOST_TASKS + " tasks, found " + workflow.tasks().size());
      return;
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < workflow.tasks().size(); i++) {
      WorkflowTask task = workflow.tasks().get(i);
      String path = "tasks[" + i + "]";
      if (!names.add(task.name())) {
        add(path + ".name", "expected each name once, found \"" + task.name() + "\" again");
      }
      task(path, task);
    }
    List<String> circle = graph.circle();
    if (!circle.isEmpty()) {
      int first = workflow.tasks().indexOf(graph.tasks().get(circle.getFirst()));
      add(
          "tasks[" + first + "].depends_on[0]",
          "expected tasks in an order, found a circle among " + String.join(", ", circle));
    }
    Object outputs = workflow.outputs();
    if (outputs != null) {
      template("outputs", outputs, null, graph.tasks().keySet());
    }
  }

  private void task(String path, WorkflowTask task) {
    for (int i = 0; i < task.dependsOn().size(); i++) {
      String need = task.dependsOn().get(i);
      if (!graph.tasks().containsKey(need)) {
        add(
            path + ".depends_on[" + i + "]",
            "expected a task of this workflow, found \""
                + need
                + "\""
                + Suggestions.hint(need, graph.tasks().keySet()));
      }
    }
    Set<String> before = graph.upstream(task.name());
    condition(path, task, before);
    action(path, task, before);
    forEach(path, task, before);
    compensation(path, task, before);
    if (task.handler() != null && !(task.action() instanceof RunJob)) {
      add(path, "expected an inline handler with a task that runs a job only");
    }
  }

  private void condition(String path, WorkflowTask task, Set<String> before) {
    String when = task.when();
    if (when == null) {
      return;
    }
    try {
      refs(path + ".when", Condition.of(when).refs(), null, before);
    } catch (TemplateException e) {
      add(path + ".when", e.getMessage());
    }
  }

  private void action(String path, WorkflowTask task, Set<String> before) {
    switch (task.action()) {
      case RunJob run -> job(path + ".task", run.task(), task.forEach(), before);
      case RunWorkflow run -> {
        Object input = run.input();
        if (input != null) {
          template(path + ".workflow.input", input, task.forEach(), before);
        }
        if (run.workflow().equals(workflow.name())) {
          add(path + ".workflow", "expected another workflow, found this one");
        }
      }
      case WorkflowAction.Sleep sleep -> noJob(path, task, "sleep");
      case WorkflowAction.WaitFor wait -> noJob(path, task, "wait_for");
    }
    if (!(task.action() instanceof RunJob) && task.retry() != null) {
      add(path + ".retry", "expected a retry policy with a task that runs a job only");
    }
  }

  private void noJob(String path, WorkflowTask task, String key) {
    if (task.forEach() != null) {
      add(path + ".for_each", "expected for_each with a job or a workflow, found " + key);
    }
  }

  private void job(String path, Task task, @Nullable ForEach each, Set<String> before) {
    Object payload = task.payload();
    if (payload != null) {
      template(path + ".payload", payload, each, before);
    }
    String key = task.key();
    if (key != null) {
      template(path + ".key", key, each, before);
    }
    task.metadata()
        .forEach((name, value) -> template(path + ".metadata." + name, value, each, before));
    String queue = task.queue();
    if (queue != null && !queue.matches("[a-z0-9][a-z0-9_-]{0,119}")) {
      add(
          path + ".queue",
          "expected a queue's name of a-z, 0-9, _ and -, at most 120 characters, found \""
              + queue
              + "\"");
    }
  }

  private void forEach(String path, WorkflowTask task, Set<String> before) {
    ForEach each = task.forEach();
    if (each == null) {
      return;
    }
    JsonNode items = Json.mapper().valueToTree(each.items());
    boolean list = items.isArray() && items.size() <= ForEach.MAX_ITEMS;
    boolean reference = items.isTextual() && items.textValue().strip().startsWith("{{");
    if (!list && !reference) {
      add(
          path + ".for_each",
          "expected a list of at most %d or a template such as {{input.files}}, found %s"
              .formatted(ForEach.MAX_ITEMS, items.isArray() ? items.size() + " elements" : items));
      return;
    }
    template(path + ".for_each", each.items(), null, before);
  }

  private void compensation(String path, WorkflowTask task, Set<String> before) {
    Task action = task.compensation();
    if (action == null) {
      return;
    }
    String at = path + ".compensate_with";
    Set<String> known = new HashSet<>(before);
    known.add(task.name());
    job(at, action, null, known);
    ErrorHandling handling = workflow.handling();
    if (handling == ErrorHandling.FAIL) {
      add(
          at,
          "expected error handling that compensates, found fail, with which this action never"
              + " runs");
    } else if (handling == ErrorHandling.CONTINUE
        && workflow.tasks().stream().noneMatch(each -> each.onFailure() == OnFailure.FAIL)) {
      add(
          at,
          "expected a task that can fail the run, found error handling that always continues, with"
              + " which this action never runs");
    }
  }

  private void template(String path, Object value, @Nullable ForEach each, Set<String> known) {
    try {
      JsonNode tree = Json.mapper().valueToTree(value);
      refs(path, Template.of(tree).refs(), each, known);
    } catch (TemplateException | IllegalArgumentException e) {
      add(path, String.valueOf(e.getMessage()));
    }
  }

  private void refs(String path, List<Ref> refs, @Nullable ForEach each, Set<String> known) {
    for (Ref ref : refs) {
      String problem = problem(ref, each, known);
      if (problem != null) {
        add(path, problem);
      }
    }
  }

  private @Nullable String problem(Ref ref, @Nullable ForEach each, Set<String> known) {
    String root = ref.root();
    if (!Ref.ROOTS.contains(root)) {
      return "expected a reference to %s, found %s%s"
          .formatted(String.join(", ", Ref.ROOTS), ref, Suggestions.hint(root, Ref.ROOTS));
    }
    if ((root.equals("item") || root.equals("index")) && each == null) {
      return "expected " + ref + " in a task with for_each only";
    }
    if (root.equals("workflow")
        && !(ref.path().size() == 2
            && ref.path().get(1) instanceof String field
            && Ref.WORKFLOW_FIELDS.contains(field))) {
      return "expected workflow.%s, found %s"
          .formatted(String.join(", workflow.", Ref.WORKFLOW_FIELDS), ref);
    }
    return root.equals("tasks") ? taskProblem(ref, known) : null;
  }

  private @Nullable String taskProblem(Ref ref, Set<String> known) {
    String task = ref.task();
    if (task == null
        || ref.path().size() < 3
        || !(ref.path().get(2) instanceof String field)
        || !Ref.TASK_FIELDS.contains(field)) {
      return "expected tasks.NAME.%s, found %s"
          .formatted(String.join(", tasks.NAME.", Ref.TASK_FIELDS), ref);
    }
    if (!graph.tasks().containsKey(task)) {
      return "expected a task of this workflow, found \"%s\" in %s%s"
          .formatted(task, ref, Suggestions.hint(task, graph.tasks().keySet()));
    }
    return known.contains(task)
        ? null
        : "expected %s to come before this task, found %s; add it to depends_on"
            .formatted(task, ref);
  }

  private void add(String path, @Nullable String message) {
    problems.add(new Problem(path, String.valueOf(message)));
  }
}
