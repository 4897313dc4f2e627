package io.clusterdb.tasks.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How the log is written. */
enum LogFormat {
  /** Lines for people. */
  TEXT,
  /** One JSON object a line. */
  JSON;

  private static final String OPTION = "--log-format";
  private static final String VARIABLE = "TASKS_LOG_FORMAT";

  /** What the logging's own configuration looks at, once, when the first logger is made. */
  private static final String PROPERTY = "tasks.log.format";

  /** The format that arguments and environment ask for; text where they make no sense. */
  static LogFormat of(String[] arguments, Map<String, String> environment) {
    String wanted = environment.getOrDefault(VARIABLE, "");
    List<String> all = Arrays.asList(arguments);
    for (int i = 0; i < all.size() && !all.get(i).equals("--"); i++) {
      if (all.get(i).startsWith(OPTION + "=")) {
        wanted = all.get(i).substring(OPTION.length() + 1);
      } else if (all.get(i).equals(OPTION) && i + 1 < all.size()) {
        wanted = all.get(i + 1);
      }
    }
    return wanted.equalsIgnoreCase(JSON.name()) ? JSON : TEXT;
  }

  /** Writes the log so; to be called before the first logger is made. */
  void use() {
    if (System.getProperty(PROPERTY) == null) {
      System.setProperty(PROPERTY, name().toLowerCase(Locale.ROOT));
    }
  }
}
