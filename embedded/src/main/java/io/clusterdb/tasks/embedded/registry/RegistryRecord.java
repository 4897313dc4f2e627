package io.clusterdb.tasks.embedded.registry;

import org.jspecify.annotations.Nullable;

/** One record of the topic {@code _schemas}; the last of a key is what holds. */
sealed interface RegistryRecord {
  /** A version of a subject. A soft-deleted one is found by its id only. */
  record Version(String subject, int version, int id, String schema, boolean deleted)
      implements RegistryRecord {
    Version softDeleted() {
      return new Version(subject, version, id, schema, true);
    }
  }

  /** A version that is deleted for good: the tombstone of its record. */
  record Gone(String subject, int version) implements RegistryRecord {}

  /**
   * A level of compatibility.
   *
   * @param subject null for the global level
   * @param level null where the level is taken away again
   */
  record Level(@Nullable String subject, @Nullable Compatibility level) implements RegistryRecord {}
}
