package io.clusterdb.tasks.schemas;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The bytes before the Avro binary data of a record, which name the writer's schema.
 *
 * @see <a
 *     href="https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format">Confluent's
 *     wire format</a>
 * @see <a
 *     href="https://avro.apache.org/docs/1.12.0/specification/#single-object-encoding">Single-object
 *     encoding</a>
 */
sealed interface WireHeader {
  /** Confluent's: 0x00, schema id as big-endian int32. */
  record RegistryId(int id) implements WireHeader {
    static final int LENGTH = 5;

    @Override
    public int length() {
      return LENGTH;
    }

    @Override
    public byte[] toBytes() {
      return ByteBuffer.allocate(LENGTH).put((byte) 0).putInt(id).array();
    }
  }

  /** Avro's: 0xC3 0x01, CRC-64-AVRO fingerprint of the schema's canonical form, little-endian. */
  record Fingerprint(long value) implements WireHeader {
    static final int LENGTH = 10;

    @Override
    public int length() {
      return LENGTH;
    }

    @Override
    public byte[] toBytes() {
      return ByteBuffer.allocate(LENGTH)
          .put((byte) 0xC3)
          .put((byte) 0x01)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putLong(value)
          .array();
    }
  }

  int length();

  byte[] toBytes();

  static WireHeader read(String topic, byte[] bytes) {
    if (bytes.length >= RegistryId.LENGTH && bytes[0] == 0) {
      return new RegistryId(ByteBuffer.wrap(bytes).getInt(1));
    }
    if (bytes.length >= Fingerprint.LENGTH && bytes[0] == (byte) 0xC3 && bytes[1] == 0x01) {
      return new Fingerprint(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(2));
    }
    throw new MalformedRecordException(
        topic,
        "Avro that starts with 00 and a schema id of 4 bytes, or with C3 01 and a fingerprint of 8",
        describe(bytes));
  }

  private static String describe(byte[] bytes) {
    if (bytes.length == 0) {
      return "no bytes";
    }
    StringBuilder text = new StringBuilder().append(bytes.length).append(" bytes that start with");
    for (int i = 0; i < Math.min(bytes.length, Fingerprint.LENGTH); i++) {
      text.append(String.format(" %02X", bytes[i]));
    }
    return text.toString();
  }
}
