package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.WorkflowStatus;
import io.clusterdb.tasks.WorkflowStatus.TaskStatus;
import io.clusterdb.tasks.WorkflowTaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Draws the graph of a run by the states of its tasks. Pure. */
final class WorkflowDrawing {
  private WorkflowDrawing() {}

  /** For the terminal: each task below the one that it comes after last. */
  static List<String> text(WorkflowStatus run, Instant now) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "run %s of %s %s: %s%s"
            .formatted(
                TextTable.printable(run.id()),
                run.workflow(),
                run.version(),
                run.state(),
                took(run.startedAt(), run.finishedAt(), now)));
    Map<String, List<TaskStatus>> below = below(run.tasks());
    int width =
        run.tasks().stream().mapToInt(task -> task.name().length()).max().orElse(0)
            + 3 * depth(below, "", 0);
    draw(lines, below, "", "", width, now);
    if (run.error() != null) {
      lines.add("error: " + error(run.error()));
    }
    if (run.output() != null) {
      lines.add("output: " + TextTable.printable(run.output().toString()));
    }
    return lines;
  }

  /** Tasks by the one that they are drawn below; empty for those at the top. */
  private static Map<String, List<TaskStatus>> below(List<TaskStatus> tasks) {
    Map<String, Integer> depths = new HashMap<>();
    Map<String, TaskStatus> byName = new LinkedHashMap<>();
    tasks.forEach(task -> byName.put(task.name(), task));
    Map<String, List<TaskStatus>> below = new HashMap<>();
    for (TaskStatus task : tasks) {
      String above = "";
      int deepest = 0;
      for (String need : task.dependsOn()) {
        int depth = depth(need, byName, depths);
        if (depth >= deepest) {
          deepest = depth;
          above = need;
        }
      }
      below.computeIfAbsent(above, name -> new ArrayList<>()).add(task);
    }
    return below;
  }

  private static int depth(
      String name, Map<String, TaskStatus> byName, Map<String, Integer> depths) {
    Integer known = depths.get(name);
    if (known != null) {
      return known;
    }
    TaskStatus task = byName.get(name);
    int depth = 1;
    for (String need : task == null ? List.<String>of() : task.dependsOn()) {
      depth = Math.max(depth, depth(need, byName, depths) + 1);
    }
    depths.put(name, depth);
    return depth;
  }

  private static int depth(Map<String, List<TaskStatus>> below, String name, int level) {
    int most = level;
    for (TaskStatus task : below.getOrDefault(name, List.of())) {
      most = Math.max(most, depth(below, task.name(), level + 1));
    }
    return most;
  }

  private static void draw(
      List<String> lines,
      Map<String, List<TaskStatus>> below,
      String name,
      String indent,
      int width,
      Instant now) {
    List<TaskStatus> tasks = below.getOrDefault(name, List.of());
    for (int i = 0; i < tasks.size(); i++) {
      boolean last = i == tasks.size() - 1;
      String branch = name.isEmpty() ? "" : last ? "└─ " : "├─ ";
      String deeper = name.isEmpty() ? "" : last ? "   " : "│  ";
      lines.add(line(tasks.get(i), indent + branch, width, now));
      draw(lines, below, tasks.get(i).name(), indent + deeper, width, now);
    }
  }

  private static String line(TaskStatus task, String indent, int width, Instant now) {
    StringBuilder line = new StringBuilder(indent).append(mark(task.state())).append(' ');
    line.append(task.name());
    line.repeat(" ", Math.max(1, width + 3 - indent.length() - task.name().length()));
    line.append(task.state()).append(took(task.startedAt(), task.finishedAt(), now));
    if (task.items() != null) {
      line.append(", %d of %d".formatted(task.done(), task.items()));
    }
    if (task.attempt() > 1) {
      line.append(", start ").append(task.attempt());
    }
    if (task.dependsOn().size() > 1) {
      line.append(", after ").append(String.join(" and ", task.dependsOn()));
    }
    if (task.error() != null) {
      line.append(": ").append(error(task.error()));
    }
    return line.toString();
  }

  private static String error(JobFailure error) {
    return TextTable.printable(error.type() + ": " + error.message());
  }

  private static String took(@Nullable Instant from, @Nullable Instant to, Instant now) {
    if (from == null) {
      return "";
    }
    String time = time(Duration.between(from, to == null ? now : to));
    return to == null ? " for " + time : " after " + time;
  }

  /** A span as people say it. */
  static String time(Duration span) {
    long millis = Math.max(0, span.toMillis());
    if (millis < 1_000) {
      return millis + " ms";
    }
    return millis < 60_000
        ? "%.1f s".formatted(millis / 1000.0)
        : "%d min %d s".formatted(millis / 60_000, millis / 1_000 % 60);
  }

  private static char mark(WorkflowTaskState state) {
    return switch (state) {
      case PENDING -> '·';
      case RUNNING, RETRYING -> '▶';
      case WAITING -> '…';
      case SUCCEEDED -> '✓';
      case FAILED -> '✗';
      case SKIPPED -> '↷';
      case COMPENSATING, COMPENSATED -> '↶';
      case CANCELLED -> '⊘';
    };
  }

  /** As a Mermaid flowchart. */
  static List<String> mermaid(WorkflowStatus run) {
    List<String> lines = new ArrayList<>(List.of("flowchart TD"));
    Map<String, String> ids = new HashMap<>();
    for (TaskStatus task : run.tasks()) {
      String node = "t" + ids.size();
      ids.put(task.name(), node);
      lines.add(
          "  %s[\"%s<br/>%s\"]:::%s"
              .formatted(
                  node, task.name(), task.state(), task.state().name().toLowerCase(Locale.ROOT)));
    }
    for (TaskStatus task : run.tasks()) {
      for (String need : task.dependsOn()) {
        lines.add("  %s --> %s".formatted(ids.get(need), ids.get(task.name())));
      }
    }
    for (WorkflowTaskState state :
        run.tasks().stream().map(TaskStatus::state).collect(Collectors.toSet()).stream()
            .sorted()
            .toList()) {
      lines.add(
          "  classDef %s fill:%s".formatted(state.name().toLowerCase(Locale.ROOT), color(state)));
    }
    return lines;
  }

  private static String color(WorkflowTaskState state) {
    return switch (state) {
      case PENDING -> "#eee";
      case RUNNING, RETRYING, WAITING -> "#bdf";
      case SUCCEEDED -> "#bfb";
      case FAILED -> "#fbb";
      case SKIPPED, CANCELLED -> "#ddd";
      case COMPENSATING, COMPENSATED -> "#fdb";
    };
  }
}
