package io.clusterdb.tasks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds tables of the documentation to what the command line does. */
class ReferencePagesTest {
  private static final Path ROOT = Path.of("..");
  private static final Set<String> LAUNCHERS = Set.of("TASKS_OPTS");

  /** Filled in by the configurations under deploy/, whose readers may choose any name. */
  private static final Set<String> PLACEHOLDERS = Set.of("TASKS_HTTP_LISTEN");

  /** Named by what a handler throws, not by the platform. */
  private static final Set<String> TYPES_OF_HANDLERS = Set.of("PermanentFailure", "RetryAfter");

  private static final Pattern TYPE =
      Pattern.compile(
          "(?:new JobFailure\\(|new Refused\\(|_ERROR =|Failures\\.of\\()\\s*\"(\\w+)\"");
  private static final Pattern WHOLE = Pattern.compile("\"(TASKS_[A-Z_]*[A-Z])\"");
  private static final Pattern PART = Pattern.compile("PREFIX \\+ \"([A-Z_]*[A-Z])\"");

  @Test
  void troubleshootingNamesTheExitCodeOfEachErrorCode() {
    Map<String, Integer> named = new TreeMap<>();
    Pattern.compile("^\\| `([A-Z_]+)` \\| \\d{3} \\| (\\d) \\|", Pattern.MULTILINE)
        .matcher(text(ROOT.resolve("docs/troubleshooting.md")))
        .results()
        .forEach(row -> named.put(row.group(1), Integer.valueOf(row.group(2))));
    Map<String, Integer> known = new TreeMap<>();
    Arrays.stream(ErrorCode.values()).forEach(code -> known.put(code.name(), ExitCodes.of(code)));

    assertThat(named).isEqualTo(known);
  }

  @Test
  void troubleshootingExplainsEachErrorTypeThatThePlatformGives() throws IOException {
    Set<String> given = new TreeSet<>(TYPES_OF_HANDLERS);
    for (String module : new String[] {"worker", "orchestrator", "scheduler"}) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .forEach(
                file ->
                    TYPE.matcher(text(file)).results().forEach(found -> given.add(found.group(1))));
      }
    }
    Arrays.stream(ErrorCode.values()).forEach(code -> given.remove(code.name()));
    Set<String> explained = new TreeSet<>();
    Pattern.compile("^\\| `(\\w+)` \\| [a-zA-Z, ]+ \\| [^|]+ \\| .{20,} \\|$", Pattern.MULTILINE)
        .matcher(text(ROOT.resolve("docs/troubleshooting.md")))
        .results()
        .forEach(row -> explained.add(row.group(1)));

    assertThat(explained).isEqualTo(given);
  }

  @Test
  void configurationNamesEachEnvironmentVariableAndNoOther() throws IOException {
    Set<String> read = new TreeSet<>(LAUNCHERS);
    for (String module : new String[] {"core", "worker", "orchestrator", "scheduler", "cli"}) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(file -> find(file, read));
      }
    }
    Set<String> named = new TreeSet<>();
    Pattern.compile("`(TASKS_[A-Z_]*[A-Z])`")
        .matcher(text(ROOT.resolve("docs/configuration.md")))
        .results()
        .forEach(found -> named.add(found.group(1)));

    assertThat(named).isEqualTo(read);
  }

  /** Elsewhere too: what is set for containers, units and readers has to be what is read. */
  @Test
  void noPageAndNoFileForDeploymentNamesAVariableThatNobodyReads() throws IOException {
    Set<String> known = new TreeSet<>(PLACEHOLDERS);
    Pattern.compile("TASKS_[A-Z_]*[A-Z]")
        .matcher(text(ROOT.resolve("docs/configuration.md")))
        .results()
        .forEach(found -> known.add(found.group()));
    Set<String> unknown = new TreeSet<>();
    for (String top : new String[] {"README.md", "docs", "deploy", "examples", "dist/src"}) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(top))) {
        for (Path file : files.filter(ReferencePagesTest::isText).toList()) {
          Pattern.compile("(?<![A-Z_])TASKS_[A-Z_]*[A-Z]")
              .matcher(text(file))
              .results()
              .filter(found -> !known.contains(found.group()))
              .forEach(found -> unknown.add(file + ": " + found.group()));
        }
      }
    }

    assertThat(unknown).isEmpty();
  }

  private static boolean isText(Path file) {
    return Files.isRegularFile(file)
        && !file.toString().contains("/target/")
        && !file.toString().endsWith(".png");
  }

  private static void find(Path file, Set<String> variables) {
    String source = text(file);
    WHOLE.matcher(source).results().forEach(found -> variables.add(found.group(1)));
    if (source.contains("JobEnvironment")) {
      PART.matcher(source).results().forEach(part -> variables.add("TASKS_JOB_" + part.group(1)));
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
