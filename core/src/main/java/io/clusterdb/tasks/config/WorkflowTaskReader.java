package io.clusterdb.tasks.config;

import io.clusterdb.tasks.ForEach;
import io.clusterdb.tasks.OnFailure;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.WorkflowAction;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.config.YamlNode.Mapping;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a task of a workflow. */
final class WorkflowTaskReader {
  private static final List<String> ACTIONS = List.of("task", "sleep", "wait_for", "workflow");

  private final MapReader map;
  private WorkflowTask task;

  private WorkflowTaskReader(MapReader map, String name) {
    this.map = map;
    this.task = WorkflowTask.named(name);
  }

  /** The task; null if its name is missing or wrong. */
  static @Nullable WorkflowTask read(Cursor cursor, @Nullable RetryPolicy inherited) {
    MapReader map = cursor.map(Keys.WORKFLOW_TASK);
    int before = cursor.problems().count();
    String name = map.require("name", Names::name);
    boolean named = name != null && cursor.problems().count() == before;
    WorkflowTask task =
        new WorkflowTaskReader(map, named ? String.valueOf(name) : "unnamed").read(inherited);
    return named ? task : null;
  }

  private WorkflowTask read(@Nullable RetryPolicy inherited) {
    action();
    map.with(
        "depends_on",
        Cursor::items,
        items ->
            task =
                task.dependsOn(
                    items.stream()
                        .map(item -> item.text())
                        .flatMap(text -> Stream.ofNullable(text))
                        .toArray(String[]::new)));
    map.with("retry", RetryReader::read, policy -> task = task.retry(policy));
    map.with("error_handling", at -> at.map(Keys.ERROR_HANDLING), at -> errors(at, inherited));
    map.with("compensate_with", TaskReader::typed, undo -> task = task.compensateWith(undo));
    map.with("when", Cursor::text, condition -> task = task.when(condition));
    map.with("for_each", WorkflowTaskReader::forEach, each -> task = task.forEach(each));
    map.with("timeout", Cursor::duration, limit -> task = task.timeout(limit));
    map.with(
        "on_failure",
        at -> at.constant(OnFailure.class),
        meaning -> task = task.onFailure(meaning));
    return task;
  }

  private void action() {
    List<String> found = ACTIONS.stream().filter(map::has).toList();
    if (found.size() > 1) {
      map.problem(
          found.get(1),
          "expected one of %s, found %s"
              .formatted(String.join(", ", ACTIONS), String.join(" and ", found)));
    }
    map.with("task", at -> TaskReader.task(at, task.name()), job -> task = task.task(job));
    map.with("sleep", Cursor::duration, (Duration time) -> task = task.sleep(time));
    map.with("wait_for", Cursor::text, signal -> task = task.waitFor(signal));
    map.with("workflow", WorkflowTaskReader::workflow, action -> task = task.action(action));
  }

  private void errors(MapReader at, @Nullable RetryPolicy inherited) {
    String type = at.require("type", word -> word.choice(List.of("retry", "fail", "continue")));
    if (type == null) {
      return;
    }
    RetryPolicy own = task.retry() == null ? inherited : task.retry();
    RetryPolicy policy = WorkflowReader.retryHandling(at, type, own);
    task =
        switch (type) {
          case "retry" -> task.retry(policy);
          case "fail" -> task.onFailure(OnFailure.FAIL);
          default -> task.onFailure(OnFailure.CONTINUE);
        };
  }

  private static @Nullable ForEach forEach(Cursor cursor) {
    if (!(cursor.node() instanceof Mapping)) {
      return ForEach.of(cursor.json());
    }
    MapReader map = cursor.map(Keys.FOR_EACH);
    Object items = map.require("items", Cursor::json);
    ForEach[] each = {items == null ? null : ForEach.of(items)};
    map.with(
        "concurrency",
        Cursor::integer,
        most -> each[0] = new ForEach(items == null ? List.of() : items, most));
    return items == null ? null : each[0];
  }

  private static WorkflowAction.@Nullable RunWorkflow workflow(Cursor cursor) {
    if (!(cursor.node() instanceof Mapping)) {
      String name = cursor.text();
      return name == null ? null : action(cursor, name, null, null);
    }
    MapReader map = cursor.map(Keys.SUB_WORKFLOW);
    String name = map.require("name", Cursor::text);
    String version = map.read("version", Cursor::text);
    Object input = map.read("input", Cursor::json);
    return name == null ? null : action(cursor, name, version, input);
  }

  private static WorkflowAction.@Nullable RunWorkflow action(
      Cursor cursor, String name, @Nullable String version, @Nullable Object input) {
    WorkflowAction.RunWorkflow[] action = new WorkflowAction.RunWorkflow[1];
    cursor.check(() -> action[0] = new WorkflowAction.RunWorkflow(name, version, input));
    return action[0];
  }
}
