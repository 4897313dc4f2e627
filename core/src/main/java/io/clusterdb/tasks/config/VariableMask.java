package io.clusterdb.tasks.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hides the YAML syntax within {@code ${NAME:default}} from the YAML parser, character by character
 * so that lines and columns stay, and puts it back afterwards. Without it {@code { bootstrap:
 * ${KAFKA:localhost:9092} }} would be a syntax error for its inner braces.
 */
final class VariableMask {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{[^{}\\n\\r\"']*}");
  private static final String SYNTAX = "{}[],:#";
  private static final char FIRST = '\uE6A0'; // private use; a file that has these is left as it is

  private final boolean active;

  private VariableMask(boolean active) {
    this.active = active;
  }

  static VariableMask of(String text) {
    return new VariableMask(text.chars().noneMatch(c -> c >= FIRST && c < FIRST + SYNTAX.length()));
  }

  String hide(String text) {
    if (!active || !text.contains("${")) {
      return text;
    }
    Matcher matcher = VARIABLE.matcher(text);
    return matcher.replaceAll(found -> Matcher.quoteReplacement(swap(found.group(), true)));
  }

  String restore(String text) {
    return active ? swap(text, false) : text;
  }

  private static String swap(String text, boolean hide) {
    char[] chars = text.toCharArray();
    for (int i = 0; i < chars.length; i++) {
      int index = hide ? SYNTAX.indexOf(chars[i]) : chars[i] - FIRST;
      if (index >= 0 && index < SYNTAX.length()) {
        chars[i] = hide ? (char) (FIRST + index) : SYNTAX.charAt(index);
      }
    }
    return new String(chars);
  }
}
