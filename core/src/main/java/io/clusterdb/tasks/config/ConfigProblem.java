package io.clusterdb.tasks.config;

import java.util.Comparator;

/**
 * One thing that is wrong in a configuration file.
 *
 * @param line line in the file, from 1; 0 where the file as a whole is meant
 * @param column column in the line, from 1; 0 where the file as a whole is meant
 * @param path the key's path, such as {@code tasks.queues.default.concurrency}; empty for the file
 * @param message what was expected, what was found and, where one is near, a suggestion
 */
public record ConfigProblem(int line, int column, String path, String message)
    implements Comparable<ConfigProblem> {
  private static final Comparator<ConfigProblem> ORDER =
      Comparator.comparingInt(ConfigProblem::line)
          .thenComparingInt(ConfigProblem::column)
          .thenComparing(ConfigProblem::path)
          .thenComparing(ConfigProblem::message);

  /** By place in the file. */
  @Override
  public int compareTo(ConfigProblem other) {
    return ORDER.compare(this, other);
  }

  /** As compilers write it: {@code file:line:column: path: message}. */
  public String in(String file) {
    StringBuilder text = new StringBuilder(file);
    if (line > 0) {
      text.append(':').append(line).append(':').append(column);
    }
    text.append(": ");
    if (!path.isEmpty()) {
      text.append(path).append(": ");
    }
    return text.append(message).toString();
  }
}
