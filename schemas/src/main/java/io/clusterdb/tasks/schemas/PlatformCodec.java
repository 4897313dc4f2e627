package io.clusterdb.tasks.schemas;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
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
  private static final PlatformCodec SINGLE_OBJECT = new PlatformCodec(CodecParts.SINGLE_OBJECT);

  private final Supplier<CodecParts> parts;
  private final Runnable release;

  private PlatformCodec(CodecParts fixed) {
    this.parts = () -> fixed;
    this.release = fixed::close;
  }

  private PlatformCodec(FollowedParts followed) {
    this.parts = followed;
    this.release = followed::close;
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
    return new PlatformCodec(CodecParts.of(configs));
  }

  /**
   * As {@link #of}, for a registry whose address is not configured but announced: the encoding
   * follows the announcement, from single-object encoding while there is none.
   *
   * @param url gives the announced address, null for none; asked for each record, so it must cost
   *     next to nothing; an address that is invalid counts as none, with a warning
   * @param configs further settings, as for {@link #of}
   */
  public static PlatformCodec following(Supplier<@Nullable String> url, Map<String, ?> configs) {
    return new PlatformCodec(new FollowedParts(url, configs));
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
    return parts.get().writer().prepare(topic, RecordType.of(type), patience);
  }

  /**
   * The bytes of a record.
   *
   * @param topic topic that it will be written to; names the registry's subject
   * @throws org.apache.kafka.common.errors.SerializationException if a field that must not be null
   *     is, or if the record is not one of the platform's and no registry is set
   */
  public byte[] encode(String topic, SpecificRecord record) {
    return parts.get().writer().write(topic, record);
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
    return type.cast(parts.get().reader().read(topic, bytes, RecordType.of(type)));
  }

  /** Ends requests under way; a codec without a registry holds nothing. */
  @Override
  public void close() {
    release.run();
  }
}
