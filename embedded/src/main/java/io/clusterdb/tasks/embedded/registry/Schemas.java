package io.clusterdb.tasks.embedded.registry;

import java.util.List;
import org.apache.avro.Schema;

/** Schemas as clients send them: text, and the versions that it refers to by name. */
final class Schemas {
  private Schemas() {}

  /** What a schema refers to. */
  record Reference(String name, String subject, int version) {}

  /** Finds the text of a version. */
  @FunctionalInterface
  interface Lookup {
    String schema(String subject, int version);
  }

  /**
   * Parses a new schema. What it refers to becomes part of it, so that every schema kept here can
   * be read by itself.
   */
  static Schema parse(String text, List<Reference> references, Lookup lookup) {
    try {
      Schema.Parser parser = new Schema.Parser();
      for (Reference reference : references) {
        if (!parser.getTypes().containsKey(reference.name())) {
          parser.parse(lookup.schema(reference.subject(), reference.version()));
        }
      }
      return parser.parse(text);
    } catch (RegistryError e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      throw RegistryError.invalidSchema(String.valueOf(e.getMessage()));
    }
  }

  /** Parses what is kept: other versions of Avro may have been more lenient. */
  static Schema kept(String text) {
    return new Schema.Parser().setValidateDefaults(false).parse(text);
  }
}
