package io.clusterdb.tasks;

import java.util.Locale;

/** Lane of a queue. Workers take from higher lanes more often, and never starve the lower ones. */
public enum Priority {
  /** Before the others. */
  HIGH,
  /** The queue's own topic. */
  NORMAL,
  /** When there is room. */
  LOW;

  /** The name in headers, topics and configuration: {@code high}, {@code normal}, {@code low}. */
  public String lane() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a lane's name, in any case.
   *
   * @throws IllegalArgumentException if there is no such lane, with what was expected
   */
  public static Priority parse(String text) {
    for (Priority priority : values()) {
      if (priority.name().equalsIgnoreCase(text)) {
        return priority;
      }
    }
    throw new IllegalArgumentException(
        "expected a priority of high, normal or low, found \"" + text + "\"");
  }
}
