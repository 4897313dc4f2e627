package io.clusterdb.tasks.worker.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandWordsTest {
  @Test
  void separatesAtBlanks() {
    assertThat(CommandWords.split("  sha256sum\t-b \n {} "))
        .containsExactly("sha256sum", "-b", "{}");
    assertThat(CommandWords.split(" ")).isEmpty();
  }

  @Test
  void keepsQuotedTextTogether() {
    assertThat(CommandWords.split("a 'b c' \"d e\" f\\ g h'i'\"j\"k '' \"\""))
        .containsExactly("a", "b c", "d e", "f g", "hijk", "", "");
  }

  @Test
  void escapesAsAShellDoes() {
    assertThat(CommandWords.split("'\\n' \"\\n\" \"\\\"\\\\\\$\\`\" \\n \\\\"))
        .containsExactly("\\n", "\\n", "\"\\$`", "n", "\\");
  }

  @Test
  void expandsNothing() {
    assertThat(CommandWords.split("echo $HOME *.txt ~ $(id) `id` a>b #c"))
        .containsExactly("echo", "$HOME", "*.txt", "~", "$(id)", "`id`", "a>b", "#c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a | b", "a > b", "a && b", "a ;", "a 2>&1"})
  void pointsOutWhatOnlyAShellUnderstands(String command) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CommandWords.split(command))
        .withMessageContaining("--shell");
  }

  @Test
  void takesQuotedOperatorsAsArguments() {
    assertThat(CommandWords.split("find . -exec ls '{}' \\; '|' \">\""))
        .containsExactly("find", ".", "-exec", "ls", "{}", ";", "|", ">");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a 'b", "a \"b", "a \"b\\\"", "a b\\"})
  void refusesWhatStaysOpen(String command) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CommandWords.split(command))
        .withMessageContaining("expected");
  }

  @Test
  void agreesWithARealShellOnRandomQuoting() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    // Characters that a shell takes as they are, blanks, and everything about quoting.
    String alphabet = "ab  '\"\\é-=:{}";
    List<String> commands = new ArrayList<>();
    StringBuilder script = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      StringBuilder text = new StringBuilder("x");
      for (int n = random.nextInt(12); n >= 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      if (splits(text.toString())) {
        commands.add(text.toString());
        script.append("printf '%s\\0' ").append(text).append("; printf '\\1'\n");
      }
    }
    String printed = sh(script.toString());
    assertThat(commands).hasSizeGreaterThan(100);
    String[] lists = printed.split("\1", -1);
    for (int i = 0; i < commands.size(); i++) {
      assertThat(CommandWords.split(commands.get(i)))
          .as("seed %d, command %s", seed, commands.get(i))
          .containsExactly(split(lists[i]));
    }
  }

  private static boolean splits(String command) {
    try {
      CommandWords.split(command);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String[] split(String list) {
    return list.substring(0, list.length() - 1).split("\0", -1);
  }

  private static String sh(String script) throws IOException {
    Process process = new ProcessBuilder("/bin/sh").redirectErrorStream(true).start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(script.getBytes(StandardCharsets.UTF_8));
    }
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
