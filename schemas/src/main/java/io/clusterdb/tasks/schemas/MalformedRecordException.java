package io.clusterdb.tasks.schemas;

import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that cannot be a record as it was expected: a foreign magic byte, an unknown schema,
 * truncated or left-over data. Reading them again gives the same, unlike a {@link
 * RegistryException}. The message names topic, what was expected, and what was found.
 */
public final class MalformedRecordException extends SerializationException {
  private static final long serialVersionUID = 1L;

  MalformedRecordException(String topic, String expected, String found) {
    this(topic, expected, found, null);
  }

  MalformedRecordException(String topic, String expected, String found, @Nullable Throwable cause) {
    super(
        "Malformed record of topic " + topic + ": expected " + expected + ", found " + found + ".",
        cause);
  }
}
