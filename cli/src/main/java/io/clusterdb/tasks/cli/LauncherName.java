package io.clusterdb.tasks.cli;

/** How the person types this program, for texts that say what to type next. */
final class LauncherName {
  private LauncherName() {}

  /** Such as {@code ./tasks}; the launcher tells. */
  static String get() {
    return System.getProperty("tasks.name", "tasks");
  }
}
