package io.clusterdb.tasks.config;

import io.clusterdb.tasks.ErrorHandling;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.config.YamlNode.Mapping;
import io.clusterdb.tasks.workflow.WorkflowCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads workflows, and checks each as a whole. */
final class WorkflowReader {
  private final Cursor cursor;
  private final Map<String, Cursor> places = new HashMap<>();
  private final Map<String, Task> compensations = new LinkedHashMap<>();
  private final Map<String, Cursor> compensationPlaces = new HashMap<>();
  private @Nullable ErrorHandling handling;
  private @Nullable RetryPolicy retry;

  private WorkflowReader(Cursor cursor) {
    this.cursor = cursor;
  }

  static List<Workflow> read(Cursor cursor) {
    List<Workflow> all = new ArrayList<>();
    cursor
        .entries()
        .forEach(
            (name, at) -> {
              Workflow workflow = new WorkflowReader(at).read(name);
              if (workflow != null) {
                all.add(workflow);
              }
            });
    return all;
  }

  private @Nullable Workflow read(String name) {
    Names.check(name, cursor);
    MapReader map = cursor.map(Keys.WORKFLOW);
    String version = map.read("version", Cursor::text);
    Duration timeout = map.read("timeout", Cursor::duration);
    retry = map.read("retry", RetryReader::read);
    map.with("error_handling", at -> at.map(Keys.ERROR_HANDLING), this::errorHandling);
    Cursor outputs = map.read("outputs", at -> at);
    List<Cursor> items = map.require("tasks", Cursor::items);
    if (items == null) {
      return null;
    }
    List<WorkflowTask> tasks = tasks(items);
    boolean complete = tasks.size() == items.size();
    if (!complete || !isList(map.get("tasks"))) {
      return null;
    }
    Workflow[] built = new Workflow[1];
    cursor.check(
        () ->
            built[0] =
                new Workflow(
                    name,
                    Objects.requireNonNullElse(version, Workflow.DEFAULT_VERSION),
                    timeout,
                    retry,
                    handling,
                    tasks,
                    outputs == null ? null : outputs.json()));
    return built[0] == null ? null : checked(built[0]);
  }

  private static boolean isList(@Nullable Cursor tasks) {
    return tasks != null && tasks.node() instanceof YamlNode.Sequence;
  }

  private List<WorkflowTask> tasks(List<Cursor> items) {
    List<WorkflowTask> tasks = new ArrayList<>();
    for (Cursor item : items) {
      WorkflowTask task = WorkflowTaskReader.read(item, retry);
      if (task == null) {
        continue;
      }
      String path = "tasks[" + tasks.size() + "]";
      places.put(path, item);
      Task undo = compensations.remove(task.name());
      if (undo != null) {
        Cursor at = Objects.requireNonNull(compensationPlaces.get(task.name()));
        if (task.compensation() != null) {
          at.problem("expected one action for " + task.name() + ", found its own beside this one");
        }
        places.put(path + ".compensate_with", at);
        task = task.compensateWith(undo);
      }
      tasks.add(task);
    }
    compensations
        .keySet()
        .forEach(
            name ->
                Objects.requireNonNull(compensationPlaces.get(name))
                    .problem(
                        "expected an action for a task of this workflow, found \""
                            + name
                            + "\""
                            + Suggestions.hint(
                                name, tasks.stream().map(WorkflowTask::name).toList())));
    return tasks;
  }

  private void errorHandling(MapReader map) {
    List<String> types = List.of("compensating_actions", "retry", "fail", "continue");
    String type = map.require("type", at -> at.choice(types));
    if (type == null) {
      return;
    }
    RetryPolicy policy = retryHandling(map, type, retry);
    switch (type) {
      case "retry" -> retry = policy;
      case "fail" -> handling = ErrorHandling.FAIL;
      case "continue" -> handling = ErrorHandling.CONTINUE;
      default -> {
        handling = ErrorHandling.COMPENSATE;
        List<Cursor> actions = map.read("actions", Cursor::items);
        (actions == null ? List.<Cursor>of() : actions).forEach(this::compensation);
      }
    }
  }

  private void compensation(Cursor at) {
    MapReader map = at.map(Keys.COMPENSATION);
    String task = map.require("task", Names::name);
    Task action = map.require("action", TaskReader::typed);
    if (task != null && action != null) {
      if (compensations.put(task, action) != null) {
        at.problem("expected one action for " + task + ", found another one");
      }
      compensationPlaces.put(task, at);
    }
  }

  /** The policy that error handling of type retry makes of another one. */
  static @Nullable RetryPolicy retryHandling(
      MapReader map, String type, @Nullable RetryPolicy policy) {
    List<String> errors = map.read("on_errors", Cursor::texts);
    Integer cap = map.read("max_attempts", Cursor::integer);
    if (cap != null && cap < 1) {
      map.problem("max_attempts", "expected max_attempts of 1 or more, found " + cap);
      cap = null;
    }
    boolean retries = type.equals("retry");
    List<String> foreign =
        retries
            ? List.of("actions")
            : type.equals("compensating_actions")
                ? List.of("on_errors", "max_attempts")
                : List.of("actions", "on_errors", "max_attempts");
    for (String key : foreign) {
      if (map.has(key)) {
        map.problem(key, "expected no " + key + " with error handling of type " + type);
      }
    }
    if (!retries) {
      return policy;
    }
    RetryPolicy base = policy == null ? RetryPolicy.DEFAULT : policy;
    base = errors == null ? base : base.onErrors(errors.toArray(new String[0]));
    return cap == null || cap >= base.maxAttempts() ? base : base.maxAttempts(cap);
  }

  private Workflow checked(Workflow workflow) {
    for (WorkflowCheck.Problem problem : WorkflowCheck.problems(workflow)) {
      place(problem.path()).problem(problem.message());
    }
    return workflow;
  }

  /** Where a path leads, as far as the file goes. */
  private Cursor place(String path) {
    String at = path;
    while (!at.isEmpty() && !places.containsKey(at)) {
      at = at.substring(0, Math.max(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['))));
    }
    Cursor found = at.isEmpty() ? cursor : Objects.requireNonNull(places.get(at));
    for (String step : path.substring(at.length()).split("[.\\[]", -1)) {
      Cursor next = step.isEmpty() ? null : next(found, step);
      if (next == null && !step.isEmpty()) {
        break;
      }
      found = next == null ? found : next;
    }
    return found;
  }

  private static @Nullable Cursor next(Cursor at, String step) {
    if (step.endsWith("]")) {
      int index = Integer.parseInt(step.substring(0, step.length() - 1));
      boolean list = at.node() instanceof YamlNode.Sequence;
      return list && index < at.items().size() ? at.items().get(index) : null;
    }
    Cursor entry = at.node() instanceof Mapping ? at.entries().get(step) : null;
    return entry == null ? null : entry.atValue();
  }
}
