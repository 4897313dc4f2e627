package io.clusterdb.tasks.schemas;

import io.clusterdb.tasks.schemas.RegistryClient.Registered;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.jspecify.annotations.Nullable;

/** Schema ids to write with: from the registry once, from memory ever after. Thread-safe. */
final class Registrations {
  record Target(String topic, Schema schema) {}

  private final SerdeConfig config;
  private final RegistryClient client;
  private final SingleFlight<Target, WriterSchema> known = new SingleFlight<>(this::load);

  Registrations(SerdeConfig config, RegistryClient client) {
    this.config = config;
    this.client = client;
  }

  @Nullable WriterSchema known(Target target) {
    return known.known(target);
  }

  /** Asks the registry if need be. Throws {@link RegistryException}. */
  WriterSchema get(Target target) {
    return known.get(target);
  }

  private WriterSchema load(Target target) {
    Schema schema = target.schema();
    String subject =
        PlatformSchemas.subjectNames(schema, config.subjectNames())
            .subject(target.topic(), config.key(), schema);
    if (config.autoRegister()) {
      return writer(client.register(subject, schema), schema);
    }
    if (config.useLatest()) {
      Registered latest = client.latest(subject);
      boolean same = fingerprint(latest.schema()) == fingerprint(schema);
      return writer(latest.id(), same ? schema : latest.schema());
    }
    return writer(client.lookUp(subject, schema), schema);
  }

  private static WriterSchema writer(int id, Schema schema) {
    return new WriterSchema(new WireHeader.RegistryId(id).toBytes(), schema);
  }

  private static long fingerprint(Schema schema) {
    return SchemaNormalization.parsingFingerprint64(schema);
  }
}
