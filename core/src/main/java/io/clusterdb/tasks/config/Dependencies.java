package io.clusterdb.tasks.config;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks that a workflow's tasks depend on tasks that exist, and not on themselves. */
final class Dependencies {
  private Dependencies() {}

  /** Tasks by name, each with the places where it names what it depends on. */
  static void check(Map<String, List<Cursor>> tasks) {
    Map<String, Set<String>> open = new LinkedHashMap<>();
    tasks.forEach(
        (name, needs) -> {
          Set<String> known = new HashSet<>();
          for (Cursor need : needs) {
            String other = need.text();
            if (other != null && !tasks.containsKey(other)) {
              need.expected("a task of this workflow", Suggestions.hint(other, tasks.keySet()));
            } else if (other != null) {
              known.add(other);
            }
          }
          open.put(name, known);
        });
    reportCycle(tasks, open);
  }

  /** Takes away what can run until nothing more can; what is left waits for itself. */
  private static void reportCycle(Map<String, List<Cursor>> tasks, Map<String, Set<String>> open) {
    while (open.values().removeIf(Set::isEmpty)) {
      open.values().forEach(needs -> needs.retainAll(open.keySet()));
    }
    if (!open.isEmpty()) {
      String waiting = String.join(", ", open.keySet());
      for (Cursor need : tasks.getOrDefault(open.keySet().iterator().next(), List.of())) {
        need.problem("expected tasks in an order, found a circle among " + waiting);
        return;
      }
    }
  }
}
