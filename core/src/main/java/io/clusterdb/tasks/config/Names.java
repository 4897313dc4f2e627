package io.clusterdb.tasks.config;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names of schedules, workflows and their tasks. */
final class Names {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,119}");
  private static final String EXPECTED =
      "a name of letters, digits, _ and -, at most 120 characters";

  private Names() {}

  static @Nullable String name(Cursor cursor) {
    String text = cursor.text();
    return text == null || NAME.matcher(text).matches() ? text : cursor.expected(EXPECTED);
  }

  /** Checks a key that is such a name. */
  static void check(String key, Cursor cursor) {
    if (!NAME.matcher(key).matches()) {
      cursor.problem("expected " + EXPECTED + ", found " + YamlNode.Scalar.quote(key));
    }
  }
}
