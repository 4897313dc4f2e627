package io.clusterdb.tasks.schemas;

import java.time.Duration;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the platform's own records, without Kafka's serializer interfaces.
 *
 * <p>Writing never fails for want of a registry: while none answers, records are written in
 * single-object encoding, and the registry is asked again in the background. Reading takes both
 * encodings. Thread-safe; meant to be shared.
 */
public final class PlatformCodec implements AutoCloseable {
  private static final PlatformCodec SINGLE_OBJECT = new PlatformCodec(null, null);

  private final @Nullable RegistryClient client;
  private final RecordWriter writer;
  private final RecordReader reader;

  private PlatformCodec(@Nullable SerdeConfig config, @Nullable RegistryClient client) {
    this.client = client;
    this.writer =
        new RecordWriter(
            config == null || client == null ? null : new Registrations(config, client));
    this.reader = new RecordReader(client, true);
  }

  /** Avro single-object encoding, for stores and for platforms without a registry. */
  public static PlatformCodec singleObject() {
    return SINGLE_OBJECT;
  }

  /**
   * Confluent's wire format where {@code schema.registry.url} is set, else single-object encoding.
   *
   * @param configs the keys of Confluent's serializer; others are left alone
   * @throws org.apache.kafka.common.config.ConfigException if a value is invalid
   */
  public static PlatformCodec of(Map<String, ?> configs) {
    SerdeConfig config = SerdeConfig.parse(configs, false);
    return config.hasRegistry()
        ? new PlatformCodec(config, new RegistryClient(config))
        : SINGLE_OBJECT;
  }

  /**
   * Asks the registry for the id of a schema before the first record needs it. A service calls it
   * when it starts: a registry that has just started too may be slower than a record waits, and
   * programs in other languages read records with schema ids only.
   *
   * @param patience how long to wait for the answer
   * @return whether records of this type will carry a schema id; false without a registry
   */
  public boolean prepare(String topic, Class<? extends SpecificRecord> type, Duration patience) {
    return writer.prepare(topic, RecordType.of(type), patience);
  }

  /**
   * The bytes of a record.
   *
   * @param topic topic that it will be written to; names the registry's subject
   * @throws org.apache.kafka.common.errors.SerializationException if a field that must not be null
   *     is, or if the record is not one of the platform's and no registry is set
   */
  public byte[] encode(String topic, SpecificRecord record) {
    return writer.write(topic, record);
  }

  /**
   * The record that the bytes hold, whatever version of its schema wrote them.
   *
   * @param topic topic that they come from, for messages
   * @throws MalformedRecordException if they are not such a record
   * @throws RegistryException if they name a schema id that is not known yet and the registry
   *     cannot be asked for it
   */
  public <T extends SpecificRecord> T decode(String topic, byte[] bytes, Class<T> type) {
    return type.cast(reader.read(topic, bytes, RecordType.of(type)));
  }

  /** Ends requests under way; a codec without a registry holds nothing. */
  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
  }
}
