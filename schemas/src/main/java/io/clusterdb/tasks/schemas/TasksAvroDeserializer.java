package io.clusterdb.tasks.schemas;

import java.util.Map;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Avro records for Kafka consumers: takes Confluent's wire format ({@code schema.registry.url}) and
 * the platform's records in single-object encoding.
 *
 * <p>Gives GenericRecord, or generated classes with {@code specific.avro.reader=true}; {@code
 * specific.avro.value.type} (of keys: {@code specific.avro.key.type}) names the class to read as.
 * Throws {@link MalformedRecordException} for bytes that are no such record, and {@link
 * RegistryException} when a schema cannot be had. Thread-safe once configured.
 */
public final class TasksAvroDeserializer implements Deserializer<Object> {
  private @Nullable RegistryClient client;
  private @Nullable RecordType expected;
  private RecordReader reader = new RecordReader(null, false);

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    SerdeConfig config = SerdeConfig.parse(configs, isKey);
    client = config.hasRegistry() ? new RegistryClient(config) : null;
    expected =
        config.specificReader() ? config.specificType().map(RecordType::of).orElse(null) : null;
    reader = new RecordReader(client, config.specificReader());
  }

  @Override
  public @Nullable Object deserialize(String topic, byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    return expected == null ? reader.read(topic, bytes) : reader.read(topic, bytes, expected);
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
  }
}
