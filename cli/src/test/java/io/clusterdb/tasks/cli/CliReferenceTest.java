package io.clusterdb.tasks.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Holds docs/cli.md to the commands; {@code -Ddocs.write=true} writes the page anew. */
class CliReferenceTest {
  private static final Path PAGE = Path.of("..", "docs", "cli.md");
  private static final Pattern EXAMPLE = Pattern.compile("^  tasks (.+)$", Pattern.MULTILINE);
  private static final Pattern WORD = Pattern.compile("'([^']*)'|\\S+");
  private static final int WIDTH = 100;
  private static final String COMMON = "\nOptions of every command:\n";
  private static final String HEAD =
      """
      # Command line

      Written from the commands by `CliReferenceTest`; do not edit. `tasks COMMAND --help` shows the same.
      Results go to standard output, all else to standard error.

      """;

  @Test
  void thePageIsWhatTheCommandsSay() throws IOException {
    StringBuilder page = new StringBuilder(HEAD);
    append(page, CommandLines.all(), "tasks");
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, page);
    }

    assertThat(PAGE).hasContent(page.toString());
  }

  @Test
  void theExamplesThatItGivesAreUnderstood() throws IOException {
    List<String> examples =
        EXAMPLE.matcher(Files.readString(PAGE)).results().map(found -> found.group(1)).toList();
    assertThat(examples).hasSizeGreaterThan(50);
    for (String example : examples) {
      List<String> words =
          WORD.matcher(example)
              .results()
              .map(word -> word.group(1) == null ? word.group() : word.group(1))
              .takeWhile(word -> !word.equals(">"))
              .toList();
      assertThatCode(() -> CommandLines.parse(words)).as(example).doesNotThrowAnyException();
    }
  }

  private static void append(StringBuilder page, CommandLine command, String name) {
    command.getCommandSpec().usageMessage().autoWidth(false).width(WIDTH);
    String help = command.getUsageMessage(Ansi.OFF);
    page.append("## ").append(name).append("\n\n```text\n");
    page.append(name.equals("tasks") ? help : withoutCommonOptions(help));
    page.append("```\n\n");
    command
        .getSubcommands()
        .forEach(
            (sub, line) -> {
              if (!sub.equals("help")) {
                append(page, line, name + " " + sub);
              }
            });
  }

  /** Those stand once, at the top of the page. */
  private static String withoutCommonOptions(String help) {
    int from = help.indexOf(COMMON);
    if (from < 0) {
      return help;
    }
    int to = help.indexOf("\n\n", from + COMMON.length());
    return help.substring(0, from) + (to < 0 ? "" : help.substring(to + 1));
  }
}
