package io.clusterdb.tasks.embedded.registry;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the records say so far. Applying the same records in the same order gives the same state,
 * whether they come from a live request or from the log. Not thread-safe.
 */
final class RegistryState {
  private final TreeMap<String, TreeMap<Integer, RegistryRecord.Version>> subjects =
      new TreeMap<>();
  private final Map<String, Integer> idsBySchema = new HashMap<>();
  private final Map<Integer, String> schemasById = new HashMap<>();
  private int highestId;
  private final Map<String, Compatibility> levels = new HashMap<>();
  private Compatibility globalLevel = Compatibility.BACKWARD;

  void apply(RegistryRecord record) {
    switch (record) {
      case RegistryRecord.Version version -> {
        subjects
            .computeIfAbsent(version.subject(), subject -> new TreeMap<>())
            .put(version.version(), version);
        idsBySchema.put(version.schema(), version.id());
        schemasById.put(version.id(), version.schema());
        highestId = Math.max(highestId, version.id());
      }
      case RegistryRecord.Gone(String subject, int version) -> remove(subject, version);
      case RegistryRecord.Level(String subject, Compatibility level) -> setLevel(subject, level);
    }
  }

  private void remove(String subject, int version) {
    TreeMap<Integer, RegistryRecord.Version> versions = subjects.get(subject);
    if (versions == null) {
      return;
    }
    RegistryRecord.Version gone = versions.remove(version);
    if (versions.isEmpty()) {
      subjects.remove(subject);
    }
    if (gone != null && uses(gone.id(), true).isEmpty()) {
      schemasById.remove(gone.id());
      idsBySchema.remove(gone.schema());
    }
  }

  private void setLevel(@Nullable String subject, @Nullable Compatibility level) {
    if (subject == null) {
      globalLevel = level == null ? Compatibility.BACKWARD : level;
    } else if (level == null) {
      levels.remove(subject);
    } else {
      levels.put(subject, level);
    }
  }

  /** Subjects that have a version, soft-deleted ones counted if asked. */
  List<String> subjects(boolean deleted) {
    return subjects.keySet().stream()
        .filter(subject -> !versions(subject, deleted).isEmpty())
        .toList();
  }

  /** A subject's versions, oldest first. */
  List<RegistryRecord.Version> versions(String subject, boolean deleted) {
    return subjects.getOrDefault(subject, new TreeMap<>()).values().stream()
        .filter(version -> deleted || !version.deleted())
        .toList();
  }

  /** Every version that has this id, by subject. */
  List<RegistryRecord.Version> uses(int id, boolean deleted) {
    return subjects.values().stream()
        .map(Map::values)
        .flatMap(Collection::stream)
        .filter(version -> version.id() == id && (deleted || !version.deleted()))
        .sorted(Comparator.comparing(RegistryRecord.Version::subject))
        .toList();
  }

  Optional<String> schema(int id) {
    return Optional.ofNullable(schemasById.get(id));
  }

  /** Equal schemas share an id, whatever their subjects. */
  int idFor(String schema) {
    return idsBySchema.getOrDefault(schema, highestId + 1);
  }

  /** Versions are never used again, as long as the subject has any. */
  int nextVersion(String subject) {
    return Stream.ofNullable(subjects.get(subject)).mapToInt(TreeMap::lastKey).sum() + 1;
  }

  Compatibility globalLevel() {
    return globalLevel;
  }

  /** The subject's own level, if it has one. */
  Optional<Compatibility> level(String subject) {
    return Optional.ofNullable(levels.get(subject));
  }
}
