package io.clusterdb.tasks.workflow;

import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowTask;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tasks of a workflow and who waits for whom; dependencies on unknown tasks are left out. */
public final class TaskGraph {
  private final Map<String, WorkflowTask> tasks = new LinkedHashMap<>();
  private final Map<String, List<String>> dependents = new LinkedHashMap<>();
  private final Map<String, Set<String>> needs = new LinkedHashMap<>();

  /** The graph of a workflow; of tasks of one name it has the first. */
  public TaskGraph(Workflow workflow) {
    for (WorkflowTask task : workflow.tasks()) {
      tasks.putIfAbsent(task.name(), task);
      dependents.computeIfAbsent(task.name(), name -> new ArrayList<>());
    }
    for (WorkflowTask task : tasks.values()) {
      Set<String> all = new HashSet<>(task.dependsOn());
      all.retainAll(tasks.keySet());
      needs.put(task.name(), all);
      for (String need : all) {
        dependents.computeIfAbsent(need, name -> new ArrayList<>()).add(task.name());
      }
    }
  }

  /** Tasks by name, in the order of the definition. */
  public Map<String, WorkflowTask> tasks() {
    return tasks;
  }

  /** Names of tasks that wait for this one. */
  public List<String> dependents(String task) {
    return dependents.getOrDefault(task, List.of());
  }

  /** Names of tasks that this one waits for. */
  public Set<String> needs(String task) {
    return needs.getOrDefault(task, Set.of());
  }

  /** Names of tasks that none waits for. */
  public List<String> sinks() {
    return tasks.keySet().stream().filter(task -> dependents(task).isEmpty()).toList();
  }

  /** Tasks that wait for this one, directly or not. */
  public Set<String> downstream(String task) {
    return reach(task, this::dependents);
  }

  /** Tasks that this one waits for, directly or not. */
  public Set<String> upstream(String task) {
    return reach(task, this::needs);
  }

  /** Names of tasks that wait for themselves, by way of others or not; empty if none does. */
  public List<String> circle() {
    Map<String, Integer> open = new LinkedHashMap<>();
    Deque<String> ready = new ArrayDeque<>();
    needs.forEach(
        (task, others) -> {
          open.put(task, others.size());
          if (others.isEmpty()) {
            ready.add(task);
          }
        });
    for (String task = ready.poll(); task != null; task = ready.poll()) {
      open.remove(task);
      for (String next : dependents(task)) {
        if (open.merge(next, -1, Integer::sum) == 0) {
          ready.add(next);
        }
      }
    }
    return List.copyOf(open.keySet());
  }

  /** A way from one task to another along dependencies; null if there is none. */
  public @Nullable List<String> chain(String from, String to) {
    Map<String, String> cameFrom = new LinkedHashMap<>();
    Deque<String> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      String task = open.remove();
      if (task.equals(to)) {
        return path(cameFrom, from, to);
      }
      for (String next : dependents(task)) {
        if (!next.equals(from) && cameFrom.putIfAbsent(next, task) == null) {
          open.add(next);
        }
      }
    }
    return null;
  }

  private static List<String> path(Map<String, String> cameFrom, String from, String to) {
    List<String> path = new ArrayList<>();
    for (String at = to; at != null && !at.equals(from); at = cameFrom.get(at)) {
      path.addFirst(at);
    }
    path.addFirst(from);
    return path;
  }

  private interface Steps {
    Iterable<String> from(String task);
  }

  private static Set<String> reach(String task, Steps steps) {
    Set<String> reached = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    steps.from(task).forEach(open::add);
    for (String next = open.poll(); next != null; next = open.poll()) {
      if (reached.add(next)) {
        steps.from(next).forEach(open::add);
      }
    }
    return reached;
  }
}
