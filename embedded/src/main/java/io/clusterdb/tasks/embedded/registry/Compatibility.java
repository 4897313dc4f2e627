package io.clusterdb.tasks.embedded.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;

/** What a new schema of a subject must be able to do with the ones before it. */
enum Compatibility {
  NONE(false, false, false),
  BACKWARD(true, false, false),
  BACKWARD_TRANSITIVE(true, false, true),
  FORWARD(false, true, false),
  FORWARD_TRANSITIVE(false, true, true),
  FULL(true, true, false),
  FULL_TRANSITIVE(true, true, true);

  private final boolean readsOld;
  private final boolean readByOld;
  private final boolean allVersions;

  Compatibility(boolean readsOld, boolean readByOld, boolean allVersions) {
    this.readsOld = readsOld;
    this.readByOld = readByOld;
    this.allVersions = allVersions;
  }

  static Compatibility parse(String name) {
    try {
      return valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw RegistryError.invalidLevel(name);
    }
  }

  /**
   * What the new schema fails at, for people; empty if it is compatible.
   *
   * @param existing the subject's schemas, oldest first
   */
  List<String> problems(Schema schema, List<Schema> existing) {
    List<Schema> compared =
        allVersions || existing.isEmpty() ? existing : List.of(existing.getLast());
    List<String> problems = new ArrayList<>();
    for (Schema old : compared.reversed()) {
      if (readsOld) {
        addProblems(problems, "the new schema cannot read the old", schema, old);
      }
      if (readByOld) {
        addProblems(problems, "the old schema cannot read the new", old, schema);
      }
    }
    return problems;
  }

  private static void addProblems(
      List<String> problems, String what, Schema reader, Schema writer) {
    for (Incompatibility found :
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
            .getResult()
            .getIncompatibilities()) {
      problems.add(
          what + ": " + found.getType() + " at " + found.getLocation() + ": " + found.getMessage());
    }
  }
}
