package io.clusterdb.tasks;

import org.jspecify.annotations.Nullable;

/**
 * Writes and reads payloads of one media type. Implementations are thread-safe. Built in are JSON,
 * Avro in Confluent's wire format, and bytes.
 */
public interface PayloadCodec {
  /** Media type, as in the header {@code content-type}. */
  String contentType();

  /** Whether this codec is the one to write such a payload. */
  boolean encodes(Object payload);

  /**
   * Writes a payload.
   *
   * @param topic topic that the record goes to
   * @throws TasksException INVALID_PAYLOAD if it cannot be written
   */
  byte[] encode(String topic, Object payload);

  /**
   * Reads a payload as the type that a handler declares.
   *
   * @param topic topic that the record came from
   * @param bytes the record's value; null for none
   * @throws TasksException INVALID_PAYLOAD if it cannot be read as that type
   */
  <T> @Nullable T decode(String topic, byte @Nullable [] bytes, Class<T> type);
}
