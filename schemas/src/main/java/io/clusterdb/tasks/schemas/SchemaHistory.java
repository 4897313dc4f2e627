package io.clusterdb.tasks.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.jspecify.annotations.Nullable;

/**
 * Every version of every schema that the platform has ever written, by fingerprint. The versions
 * are resources {@code history/<record>.<n>.avsc}, counted from 1 without gaps. Immutable.
 */
final class SchemaHistory {
  private static final SchemaHistory BUNDLED = load();

  private final Map<Long, Schema> byFingerprint = new HashMap<>();

  private SchemaHistory() {}

  static SchemaHistory bundled() {
    return BUNDLED;
  }

  @Nullable Schema byFingerprint(long fingerprint) {
    return byFingerprint.get(fingerprint);
  }

  /** The released versions of a record, oldest first. */
  static List<Schema> versions(String record) {
    List<Schema> versions = new ArrayList<>();
    try {
      for (int version = 1; ; version++) {
        String name = "history/" + record + "." + version + ".avsc";
        try (InputStream in = SchemaHistory.class.getResourceAsStream(name)) {
          if (in == null) {
            return versions;
          }
          versions.add(new Schema.Parser().parse(in));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the bundled schema history of " + record, e);
    }
  }

  private static SchemaHistory load() {
    SchemaHistory history = new SchemaHistory();
    for (Schema current : PlatformSchemas.CURRENT) {
      versions(current.getName()).forEach(history::add);
      history.add(current);
    }
    return history;
  }

  private void add(Schema schema) {
    byFingerprint.put(SchemaNormalization.parsingFingerprint64(schema), schema);
  }
}
