package io.clusterdb.tasks.worker.handler;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Splits a command line into words, with a shell's quoting and nothing else of a shell: blanks
 * separate, {@code '…'} is literal, within {@code "…"} a backslash escapes {@code " \ $ `}, and
 * elsewhere it escapes any character. Nothing is expanded.
 */
final class CommandWords {
  private static final Set<String> OPERATORS =
      Set.of("|", "||", "|&", "&", "&&", ";", "<", "<<", ">", ">>", "2>", "2>>", "&>", "2>&1");
  private static final String ESCAPED_IN_QUOTES = "\"\\$`";

  private final String text;
  private final List<String> words = new ArrayList<>();
  private int at;
  private @Nullable StringBuilder word;
  private boolean quoted;

  private CommandWords(String text) {
    this.text = text;
  }

  /**
   * The words of a command line; may be none.
   *
   * @throws IllegalArgumentException if a quote stays open, or a bare word is an operator that only
   *     a shell knows, with what was expected
   */
  static List<String> split(String text) {
    return new CommandWords(text).split();
  }

  private List<String> split() {
    while (at < text.length()) {
      char c = text.charAt(at++);
      switch (c) {
        case ' ', '\t', '\n', '\r' -> endWord();
        case '\'' -> literal();
        case '"' -> inQuotes();
        case '\\' -> escaped();
        default -> add(c);
      }
    }
    endWord();
    return words;
  }

  private void literal() {
    quoted = true;
    int start = at;
    int end = text.indexOf('\'', start);
    if (end < 0) {
      throw open('\'', start);
    }
    word().append(text, start, end);
    at = end + 1;
  }

  private void inQuotes() {
    quoted = true;
    int start = at;
    StringBuilder target = word();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return;
      }
      boolean escapes =
          c == '\\' && at < text.length() && ESCAPED_IN_QUOTES.indexOf(text.charAt(at)) >= 0;
      target.append(escapes ? text.charAt(at++) : c);
    }
    throw open('"', start);
  }

  private void escaped() {
    quoted = true;
    if (at == text.length()) {
      throw new IllegalArgumentException("expected a character after the last \\, found the end");
    }
    add(text.charAt(at++));
  }

  private void add(char c) {
    word().append(c);
  }

  private StringBuilder word() {
    StringBuilder current = word;
    if (current == null) {
      current = new StringBuilder();
      word = current;
    }
    return current;
  }

  private void endWord() {
    if (word == null) {
      return;
    }
    String ended = word.toString();
    if (!quoted && OPERATORS.contains(ended)) {
      throw new IllegalArgumentException(
          "expected a command and its arguments, found "
              + ended
              + ", which only a shell understands; quote it to pass it on, or ask for a shell"
              + " with --shell");
    }
    words.add(ended);
    word = null;
    quoted = false;
  }

  private static IllegalArgumentException open(char quote, int start) {
    return new IllegalArgumentException(
        "expected a second " + quote + " to close the one at character " + start + ", found none");
  }
}
