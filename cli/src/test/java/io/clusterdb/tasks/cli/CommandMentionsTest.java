package io.clusterdb.tasks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What texts and messages tell readers to type is there: commands, and the options behind them. */
class CommandMentionsTest {
  private static final Path ROOT = Path.of("..");

  /** Within a sentence of a page. */
  private static final Pattern IN_PAGES = Pattern.compile("`(?:\\./|bin/)?tasks ([^`]+)`");

  /** In comments of files that are no pages, to the end of their line. */
  private static final Pattern IN_COMMENTS =
      Pattern.compile("^\\s*(?:#\\s+)?(?:\\./)?tasks (.+)$", Pattern.MULTILINE);

  /** In a message: quoted, after a colon, or indented. */
  private static final Pattern IN_CODE =
      Pattern.compile("(?:: |'|`|\\(| {2}|\\| )tasks (?!of |in )([a-z][^'`\";\n]*)");

  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\n]|\\\\.)+)\"");
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*");

  @Test
  void pagesNameCommandsThatThereAre() throws IOException {
    List<String> wrong = new ArrayList<>();
    int seen = 0;
    for (String top : List.of("docs", "examples", "README.md", "CONTRIBUTING.md")) {
      for (Path page : files(ROOT.resolve(top), ".md")) {
        seen += check(page, IN_PAGES, Files.readString(page), wrong);
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(seen).isGreaterThan(50);
  }

  @Test
  void filesForDeploymentAndExamplesNameCommandsThatThereAre() throws IOException {
    List<String> wrong = new ArrayList<>();
    int seen = 0;
    for (String top : List.of("deploy", "examples")) {
      for (Path file : files(ROOT.resolve(top), ".yaml", ".yml", ".sh", ".py")) {
        seen += check(file, IN_COMMENTS, Files.readString(file), wrong);
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(seen).isGreaterThan(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"core", "worker", "scheduler", "orchestrator", "embedded", "cli"})
  void messagesNameCommandsThatThereAre(String module) throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Path file : files(ROOT.resolve(module).resolve("src/main/java"), ".java")) {
      for (MatchResult literal : LITERAL.matcher(Files.readString(file)).results().toList()) {
        check(file, IN_CODE, literal.group(1), wrong);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void aCommandOrAnOptionThatThereIsNotIsFound() {
    assertThat(problem("queue pauze mails")).contains("pauze");
    assertThat(problem("dlq replay mails --al")).contains("--al");
    assertThat(problem("worker|conductor --config F")).contains("conductor");
    assertThat(problem("queue stats QUEUE --watch --output json | jq -r --arg a b .depth"))
        .isEmpty();
  }

  private static int check(Path file, Pattern pattern, String text, List<String> wrong) {
    int seen = 0;
    for (MatchResult found : pattern.matcher(text).results().toList()) {
      seen++;
      String problem = problem(found.group(1));
      if (!problem.isEmpty()) {
        wrong.add(file + ": tasks " + found.group(1) + ": " + problem);
      }
    }
    return seen;
  }

  /** What is wrong with the words after {@code tasks}; empty if nothing is. */
  private static String problem(String said) {
    String words = said.split(" [|>#] ", 2)[0];
    for (String command : words.split(" ", 2)[0].split("\\|", -1)) {
      String rest = words.contains(" ") ? words.substring(words.indexOf(' ')) : "";
      String problem = problemOf(command + rest);
      if (!problem.isEmpty()) {
        return problem;
      }
    }
    return "";
  }

  private static String problemOf(String words) {
    CommandLine at = CommandLines.all();
    for (String word : words.split("\\s+", -1)) {
      String name = word.replaceAll("[.,:;)]+$", "");
      CommandLine next = at.getSubcommands().get(name);
      if (next == null) {
        if (!at.getSubcommands().isEmpty() && name.matches("[a-z][a-z-]*")) {
          return "no command " + name;
        }
        break;
      }
      at = next;
    }
    for (MatchResult option : OPTION.matcher(words).results().toList()) {
      if (at.getCommandSpec().findOption(option.group()) == null) {
        return "no option " + option.group();
      }
    }
    return "";
  }

  private static List<Path> files(Path top, String... ends) {
    try (Stream<Path> files = Files.walk(top)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.toString().contains("/target/"))
          .filter(file -> Stream.of(ends).anyMatch(file.toString()::endsWith))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
