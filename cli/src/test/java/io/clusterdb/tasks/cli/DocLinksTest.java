package io.clusterdb.tasks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Follows the links within the documentation. */
class DocLinksTest {
  private static final Path ROOT = Path.of("..");
  private static final Path EXAMPLES = ROOT.resolve("examples");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern BLOCK =
      Pattern.compile(
          "^```(?<language>\\w*)\n(?<body>.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern COMMANDS =
      Pattern.compile("^```(?:bash|sh|console)\n(?<first>.*)$", Pattern.MULTILINE);
  private static final Pattern COMMAND =
      Pattern.compile("^(\\./)?(tasks|curl|kcat) ", Pattern.MULTILINE);
  private static final Set<String> LANGUAGES =
      Set.of("java", "json", "mermaid", "nginx", "promql", "text", "xml", "yaml");
  private static final Pattern HEADING = Pattern.compile("^#{1,6} (.+)$", Pattern.MULTILINE);

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : pages()) {
      for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
        String target = link.group(1);
        if (!target.matches("https?:.*") && !exists(page, target)) {
          broken.add(page + ": " + target);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  /** DocsIT runs blocks of commands, and cannot know one that does not say that it is one. */
  @Test
  void everyBlockSaysWhatItIsAndCommandsAreInBlocksOfCommands() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Path page : pages()) {
      String text = Files.readString(page);
      for (MatchResult block : BLOCK.matcher(text).results().toList()) {
        String language = block.group("language");
        boolean run = language.matches("bash|sh|console");
        boolean other =
            LANGUAGES.contains(language) && !COMMAND.matcher(block.group("body")).find();
        if (!run && !other) {
          long line = text.substring(0, block.start()).lines().count() + 1;
          wrong.add(page + ":" + line + ": " + language);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** DocsIT takes README.md and docs/*.md; what is elsewhere nobody runs. */
  @Test
  void commandsOnPagesThatNobodyRunsSayWhy() throws IOException {
    List<String> silent = new ArrayList<>();
    Path docs = ROOT.resolve("docs");
    for (Path page : pages()) {
      boolean run = page.equals(ROOT.resolve("README.md")) || docs.equals(page.getParent());
      String text = Files.readString(page);
      for (MatchResult block : COMMANDS.matcher(text).results().toList()) {
        if (!run && !text.substring(0, block.start()).endsWith(" -->\n")) {
          silent.add(page + ": " + block.group("first"));
        }
      }
    }
    assertThat(silent).isEmpty();
  }

  @Test
  void theIndexNamesEveryPage() throws IOException {
    String index = Files.readString(ROOT.resolve("docs/README.md"));
    for (Path page : pages()) {
      String name = ROOT.resolve("docs").relativize(page).toString();
      if (page.startsWith(ROOT.resolve("docs")) && !name.startsWith("adr/")) {
        assertThat(name.equals("README.md") || index.contains("(" + name + ")")).as(name).isTrue();
      }
    }
  }

  @Test
  void theListOfExamplesNamesEachAndNoOther() throws IOException {
    Path page = EXAMPLES.resolve("README.md");
    Set<String> named =
        LINK.matcher(Files.readString(page))
            .results()
            .map(link -> link.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> known = new TreeSet<>(Set.of("orders/README.md"));
    for (String folder : List.of("src/main/java", "workflows", "workers", "order-processing")) {
      try (Stream<Path> files = Files.walk(EXAMPLES.resolve(folder))) {
        for (Path file : files.filter(DocLinksTest::isExample).toList()) {
          known.add(EXAMPLES.relativize(file).toString());
        }
      }
    }

    assertThat(named).isEqualTo(known);
  }

  /** Of Java what can be started; of all else each file. */
  private static boolean isExample(Path file) {
    try {
      return Files.isRegularFile(file)
          && (!file.toString().endsWith(".java")
              || Files.readString(file).contains("public static void main("));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
        Stream<Path> examples = Files.walk(EXAMPLES);
        Stream<Path> top = Files.list(ROOT)) {
      return Stream.of(docs, examples, top)
          .flatMap(files -> files)
          .filter(file -> file.toString().endsWith(".md"))
          .toList();
    }
  }

  private static boolean exists(Path page, String target) throws IOException {
    String[] parts = target.split("#", 2);
    Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
    if (!Files.exists(file)) {
      return false;
    }
    return parts.length == 1 || anchors(file).contains(parts[1]);
  }

  private static Set<String> anchors(Path file) throws IOException {
    String text = BLOCK.matcher(Files.readString(file)).replaceAll("");
    return HEADING
        .matcher(text)
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }
}
