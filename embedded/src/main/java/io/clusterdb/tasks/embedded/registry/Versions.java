package io.clusterdb.tasks.embedded.registry;

import java.util.List;

/** Finds versions as requests name them: by number, or {@code latest}, or -1 which means that. */
final class Versions {
  private static final int LATEST = -1;

  private Versions() {}

  static boolean isLatest(String wanted) {
    return number(wanted) == LATEST;
  }

  static RegistryRecord.Version find(
      RegistryState state, String subject, String wanted, boolean deleted) {
    int number = number(wanted);
    List<RegistryRecord.Version> versions = state.versions(subject, deleted);
    if (versions.isEmpty()) {
      throw RegistryError.subjectNotFound(subject);
    }
    if (number == LATEST) {
      return versions.getLast();
    }
    return versions.stream()
        .filter(version -> version.version() == number)
        .findFirst()
        .orElseThrow(() -> RegistryError.versionNotFound(wanted));
  }

  private static int number(String wanted) {
    if (wanted.equals("latest")) {
      return LATEST;
    }
    try {
      int number = Integer.parseInt(wanted);
      if (number > 0 || number == LATEST) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw RegistryError.invalidVersion(wanted);
  }
}
