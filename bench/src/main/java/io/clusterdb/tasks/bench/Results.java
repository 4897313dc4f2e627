package io.clusterdb.tasks.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.codec.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What was measured, as lines of a table and as JSON. */
final class Results {
  private final ArrayNode json = Json.mapper().createArrayNode();

  static void head() {
    System.out.printf(
        "%-38s %14s %14s %8s  %s%n", "measurement", "tasks", "raw or ideal", "ratio", "more");
  }

  /** Adds a figure; a baseline of 0 is none. */
  void add(String name, double ours, double baseline, String more) {
    boolean compared = baseline != 0;
    System.out.printf(
        "%-38s %,14.1f %14s %8s  %s%n",
        name,
        ours,
        compared ? "%,.1f".formatted(baseline) : "-",
        compared ? "%.2f".formatted(ours / baseline) : "-",
        more);
    ObjectNode node = json.addObject().put("name", name).put("tasks", ours).put("more", more);
    if (compared) {
      node.put("baseline", baseline).put("ratio", ours / baseline);
    }
  }

  /** Everything so far. */
  String toJson() {
    return json.toPrettyString();
  }

  static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
