package io.clusterdb.tasks.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.Corpus;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Changes the file of the contract at random: it loads, or says what is wrong, and soon. */
class ConfigFuzzTest {
  private static final int FILES = 3_000;
  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    ",",
    "\n",
    "  ",
    "\t",
    "- ",
    "&a ",
    "*a",
    "<<: *a",
    "${",
    "$${",
    "${A}",
    "${A:b}",
    "\"",
    "'",
    "|",
    ">",
    "#",
    "!!int ",
    "!x ",
    "? ",
    "%",
    "~",
    "-1",
    "1e999",
    "99999999999999999999",
    "0",
    "true",
    "\\x",
    "\u0000",
    "\u00e9",
    "\uD83D\uDE00",
    "\uE6A1",
    "\uFEFF",
    "---\n",
    "...\n",
    "0s",
    "1d",
    "key",
    "null"
  };

  @Test
  void anyFileLoadsOrSaysWhatIsWrong() {
    String contract = Yaml.contractText().replace(", payload_schema: order.avsc", "");
    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(2),
        () -> {
          int wrong = 0;
          for (int seed = 0; seed < FILES; seed++) {
            wrong += isWrong(changed(contract, new Random(seed)), "seed " + seed) ? 1 : 0;
          }
          assertThat(wrong).isBetween(FILES / 2, FILES - 1);
        });
  }

  @Test
  void whatWasFoundLoadsOrSaysWhatIsWrongStill() {
    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          for (String found : Corpus.of("config")) {
            String which = found.substring(0, Math.min(60, found.length()));
            assertThat(isWrong(found, which)).as(which).isTrue();
          }
        });
  }

  private static boolean isWrong(String text, String which) {
    try {
      ConfigFile.parse("tasks.yaml", text, Map.of("A", "${A}"));
      return false;
    } catch (ConfigException e) {
      assertThat(e.problems()).as(which).isNotEmpty().isSorted();
      long lines = text.lines().count() + 1;
      assertThat(e.problems())
          .as(which)
          .allMatch(p -> p.line() >= 0 && p.line() <= lines && p.column() >= 0);
      return true;
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError(which + "\n" + text, e);
    }
  }

  private static String changed(String text, RandomGenerator random) {
    StringBuilder changed = new StringBuilder(text);
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      int at = random.nextInt(changed.length());
      int end = Math.min(changed.length(), at + 1 + random.nextInt(20));
      int to = random.nextInt(changed.length());
      switch (random.nextInt(5)) {
        case 0 -> changed.delete(at, end);
        case 1 -> changed.insert(at, PIECES[random.nextInt(PIECES.length)]);
        case 2 -> changed.replace(at, at + 1, PIECES[random.nextInt(PIECES.length)]);
        case 3 -> changed.insert(to, changed.substring(at, end));
        default -> {
          int line = changed.lastIndexOf("\n", at) + 1;
          changed.insert(line, " ".repeat(1 + random.nextInt(3)));
        }
      }
    }
    return changed.toString();
  }
}
