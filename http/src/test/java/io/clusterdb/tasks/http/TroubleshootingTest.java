package io.clusterdb.tasks.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds docs/troubleshooting.md to the error codes and their HTTP statuses. */
class TroubleshootingTest {
  private static final Pattern ROW =
      Pattern.compile(
          "^\\| `([A-Z_]+)` \\| (\\d{3}) \\| \\d \\| .{20,} \\| .{10,} \\|$", Pattern.MULTILINE);

  @Test
  void explainsEachErrorCodeWithItsStatusAndNoOther() throws IOException {
    Map<String, Integer> explained = new TreeMap<>();
    ROW.matcher(Files.readString(Path.of("..", "docs", "troubleshooting.md")))
        .results()
        .forEach(row -> explained.put(row.group(1), Integer.valueOf(row.group(2))));
    Map<String, Integer> known = new TreeMap<>();
    Arrays.stream(ErrorCode.values())
        .forEach(
            code -> known.put(code.name(), Problem.of(new TasksException(code, "why")).status()));

    assertThat(explained).isEqualTo(known);
  }
}
