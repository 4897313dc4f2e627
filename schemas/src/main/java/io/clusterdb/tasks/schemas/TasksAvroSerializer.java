package io.clusterdb.tasks.schemas;

import java.util.Map;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Avro records for Kafka producers, under the configuration keys of Confluent's serializer and in
 * its wire format: {@code schema.registry.url}, {@code auto.register.schemas}, {@code
 * use.latest.version}, {@code value.subject.name.strategy}, {@code basic.auth.credentials.source},
 * {@code basic.auth.user.info}.
 *
 * <p>Takes generated classes and GenericRecord. The platform's own records do without a registry
 * (see {@link PlatformCodec}); others need one, and a {@link RegistryException} says that it is
 * away. A schema that was registered once is not asked for again. Thread-safe once configured.
 */
public final class TasksAvroSerializer implements Serializer<Object> {
  private @Nullable RegistryClient client;
  private RecordWriter writer = new RecordWriter(null);

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    SerdeConfig config = SerdeConfig.parse(configs, isKey);
    if (config.hasRegistry()) {
      RegistryClient registry = new RegistryClient(config);
      client = registry;
      writer = new RecordWriter(new Registrations(config, registry));
    }
  }

  @Override
  public byte @Nullable [] serialize(String topic, @Nullable Object record) {
    return record == null ? null : writer.write(topic, record);
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
  }
}
