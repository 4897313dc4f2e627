package io.clusterdb.tasks.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code tasks dev} says when it is ready. */
final class DevGreeting {
  private static final String DEFAULT_KAFKA = "127.0.0.1:9092";

  private DevGreeting() {}

  /**
   * The lines.
   *
   * @param data where the data are kept; null for nowhere
   * @param command how the person types this program
   */
  static List<String> lines(Shapes.Addresses at, @Nullable String data, String command) {
    List<String> lines = new ArrayList<>();
    lines.add("Tasks is ready.");
    lines.add("  Kafka     " + at.bootstrap());
    lines.add("  Console   " + at.api() + "/console/");
    lines.add("  HTTP      " + at.api());
    lines.add("  Registry  " + at.registry());
    lines.add("  Data      " + (data == null ? "not kept" : data));
    lines.add("");
    lines.add("Now type in another terminal:");
    if (!at.bootstrap().equals(DEFAULT_KAFKA)) {
      lines.add("  export TASKS_BOOTSTRAP=" + at.bootstrap());
    }
    lines.add("  " + command + " enqueue default --type greet --payload '{\"name\": \"Ada\"}'");
    lines.add("  " + command + " worker --queue default --exec 'greet=cat' --drain");
    lines.add("  " + command + " events --queue default --from-beginning");
    lines.add("");
    lines.add("Ctrl-C stops it.");
    return lines;
  }
}
