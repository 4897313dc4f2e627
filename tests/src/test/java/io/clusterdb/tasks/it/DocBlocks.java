package io.clusterdb.tasks.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The blocks of commands of a page of Markdown, in their order, with what the comment before each
 * says of it; CONTRIBUTING.md has its words.
 */
final class DocBlocks {
  private static final Pattern BLOCK =
      Pattern.compile(
          "(?:<!--\\s*((?:not run|run)\\b(?:(?!-->).)*)-->\\s*\\n"
              + ")?^```(?<language>sh|bash|console)\\n"
              + "(?<body>.*?)^```$|<!--\\s*in the background:(?<hidden>.*?)-->",
          Pattern.MULTILINE | Pattern.DOTALL);

  private static final Pattern COMMENT =
      Pattern.compile(
          "(?<how>not run|run in the background|run)(?:, exits with (?<code>\\d+))?"
              + "(?:, after:(?<after>.*)|:(?<reason>.*))?",
          Pattern.DOTALL);

  /** What is done with a block. */
  enum How {
    RUN,
    BACKGROUND,
    LEFT
  }

  /**
   * A block.
   *
   * @param where page and line
   * @param exits the exit code that it ends with
   * @param before commands that a reader does not see
   * @param reason why it is not run; empty for one that is
   */
  record Block(String where, How how, int exits, String before, String script, String reason) {}

  private DocBlocks() {}

  static List<Block> of(Path page) throws IOException {
    String text = Files.readString(page);
    List<Block> blocks = new ArrayList<>();
    Matcher found = BLOCK.matcher(text);
    while (found.find()) {
      String where =
          page.getFileName() + ":" + (text.substring(0, found.start()).lines().count() + 1);
      String hidden = found.group("hidden");
      if (hidden != null) {
        blocks.add(new Block(where, How.BACKGROUND, 0, "", hidden, ""));
      } else {
        String comment = found.group(1) == null ? "run" : found.group(1).strip();
        blocks.add(block(where, comment, commands(found.group("language"), found.group("body"))));
      }
    }
    return blocks;
  }

  private static Block block(String where, String comment, String script) {
    Matcher said = COMMENT.matcher(comment);
    if (!said.matches()) {
      throw new AssertionError(where + ": what does \"" + comment + "\" say? See CONTRIBUTING.md");
    }
    How how =
        switch (said.group("how")) {
          case "not run" -> How.LEFT;
          case "run" -> How.RUN;
          default -> How.BACKGROUND;
        };
    int exits = said.group("code") == null ? 0 : Integer.parseInt(said.group("code"));
    return new Block(
        where, how, exits, orEmpty(said.group("after")), script, orEmpty(said.group("reason")));
  }

  private static String orEmpty(String text) {
    return text == null ? "" : text.strip();
  }

  /** Of what a console shows the lines that were typed. */
  private static String commands(String language, String body) {
    return language.equals("console")
        ? body.lines()
            .filter(line -> line.startsWith("$ "))
            .map(line -> line.substring(2))
            .collect(Collectors.joining("\n"))
        : body;
  }
}
