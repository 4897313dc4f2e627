package io.clusterdb.tasks;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A payload that is bytes already: given as a job's payload it is written as it is, and a handler
 * that declares it gets the record's value untouched. Not copied; do not change the array.
 *
 * @param bytes the record's value; null for none
 * @param contentType media type of the bytes
 */
@SuppressWarnings("ArrayRecordComponent") // a view of a record's value, never compared
public record Payload(byte @Nullable [] bytes, String contentType) {
  /** Media type of JSON. */
  public static final String JSON = "application/json";

  /** Media type of Avro in Confluent's wire format. */
  public static final String AVRO = "application/vnd.confluent.avro";

  /** Media type of bytes without further meaning. */
  public static final String BYTES = "application/octet-stream";

  /** JSON text, taken as it is. */
  public static Payload json(String text) {
    return new Payload(text.getBytes(StandardCharsets.UTF_8), JSON);
  }

  /** Bytes of this media type. */
  public static Payload of(byte[] bytes, String contentType) {
    return new Payload(bytes, contentType);
  }

  /** The bytes as UTF-8 text; empty for none. */
  public String text() {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }
}
