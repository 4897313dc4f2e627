package io.clusterdb.tasks.orchestrator.workflow.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rows of a run with changes over them. Not thread-safe. */
final class Work implements Rows {
  private final Rows base;
  private final Plan plan;
  private final Map<Row.Key, Optional<Row>> changes = new LinkedHashMap<>();

  Work(Rows base, Plan plan) {
    this.base = base;
    this.plan = plan;
  }

  @Override
  public @Nullable Row get(Row.Key key) {
    Optional<Row> changed = changes.get(key);
    return changed == null ? base.get(key) : changed.orElse(null);
  }

  void put(Row.Key key, Row row) {
    changes.put(key, Optional.of(row));
  }

  void delete(Row.Key key) {
    changes.put(key, Optional.empty());
  }

  Map<Row.Key, Optional<Row>> changes() {
    return changes;
  }

  Row.@Nullable Run findRun() {
    return (Row.Run) get(Row.Key.RUN);
  }

  Row.Run run() {
    Row.Run run = findRun();
    if (run == null) {
      throw new IllegalStateException("there is no run");
    }
    return run;
  }

  /** A task's row, which is written only when something happens to it. */
  Row.Task task(String name) {
    Row row = get(Row.Key.task(name));
    return row == null ? Row.Task.pending(name, plan.dependencies(name), 0, 0) : (Row.Task) row;
  }

  void task(Row.Task row) {
    put(Row.Key.task(row.name()), row);
  }

  @Nullable String output(String task, int index) {
    Row row = get(Row.Key.output(task, index));
    return row == null ? null : ((Row.Text) row).json();
  }

  Row.Names names(Row.Key key) {
    Row row = get(key);
    return row == null ? Row.Names.NONE : (Row.Names) row;
  }

  /** Writes names, or forgets them when there are none. */
  void names(Row.Key key, Row.Names names) {
    if (names.values().isEmpty() && names.kept().isEmpty()) {
      delete(key);
    } else {
      put(key, names);
    }
  }
}
