package io.clusterdb.tasks.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.bench.BenchWorker.Figures;
import io.clusterdb.tasks.codec.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

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

  /** Adds what something costs a worker: by its throughput, and by its processor time. */
  void cost(String name, List<Figures> with, List<Figures> without, String more) {
    double on = median(with.stream().map(Figures::rate).toList());
    double off = median(without.stream().map(Figures::rate).toList());
    double onMicros = median(with.stream().map(Figures::cpuMicros).toList());
    double offMicros = median(without.stream().map(Figures::cpuMicros).toList());
    add(
        name,
        on,
        off,
        "costs %.1f %% of the throughput, %.1f %% more processor time a job (%.2f, %.2f us), runs %s beside %s%s"
            .formatted(
                100 * (1 - on / off),
                100 * (onMicros / offMicros - 1),
                onMicros,
                offMicros,
                rates(with),
                rates(without),
                more));
  }

  /** Each run, which shows how far medians can be trusted. */
  private static String rates(List<Figures> runs) {
    return runs.stream()
        .map(run -> "%,.0f".formatted(run.rate()))
        .collect(Collectors.joining(" / "));
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
