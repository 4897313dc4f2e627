package io.clusterdb.tasks.schemas;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one registry, or none, makes of writing and reading the platform's records. Thread-safe.
 *
 * @param client null without a registry
 */
record CodecParts(@Nullable RegistryClient client, RecordWriter writer, RecordReader reader)
    implements AutoCloseable {
  /** Without a registry. */
  static final CodecParts SINGLE_OBJECT =
      new CodecParts(null, new RecordWriter(null), new RecordReader(null, true));

  /** For the registry that {@code configs} names; single-object encoding if that is none. */
  static CodecParts of(Map<String, ?> configs) {
    SerdeConfig config = SerdeConfig.parse(configs, false);
    if (!config.hasRegistry()) {
      return SINGLE_OBJECT;
    }
    RegistryClient client = new RegistryClient(config);
    return new CodecParts(
        client,
        new RecordWriter(new Registrations(config, client)),
        new RecordReader(client, true));
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
  }
}
