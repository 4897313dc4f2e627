package io.clusterdb.tasks.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.codec.Encoded;
import io.clusterdb.tasks.codec.PayloadSchema;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Checks payloads at enqueue: their class, their schema, their size. Thread-safe. */
final class PayloadCheck {
  /** Largest record that is enqueued, headers and key included, in bytes before compression. */
  static final int MAX_RECORD_BYTES = 1_000_000;

  private static final int OVERHEAD_BYTES = 100;

  private final ConcurrentHashMap<String, Parsed> schemas = new ConcurrentHashMap<>();

  private record Parsed(String text, PayloadSchema schema) {}

  /**
   * Checks what a type is registered with. Payloads that are encoded already are not checked for
   * their class, and against a schema only where they are JSON.
   *
   * @throws TasksException INVALID_PAYLOAD
   */
  void check(TaskDefinition type, Job job, Encoded encoded) {
    Object payload = job.payload();
    checkClass(type, payload);
    if (type.payloadSchema() == null) {
      return;
    }
    PayloadSchema schema = schema(type.type(), type.payloadSchema());
    if (encoded.bytes() == null) {
      schema.checkAbsent();
    } else if (payload instanceof IndexedRecord record) {
      schema.checkWriter(record.getSchema());
    } else if (encoded.contentType().equals(Payload.JSON)) {
      schema.checkJson(encoded.bytes());
    }
  }

  private static void checkClass(TaskDefinition type, @Nullable Object payload) {
    Class<?> expected = type.payloadType();
    boolean encoded = payload instanceof Payload || payload instanceof JsonNode;
    if (expected != null && payload != null && !encoded && !expected.isInstance(payload)) {
      throw new TasksException(
          ErrorCode.INVALID_PAYLOAD,
          "expected a payload of %s, as type %s is registered, found %s. Give one, or register the type anew."
              .formatted(expected.getName(), type.type(), payload.getClass().getName()));
    }
  }

  private PayloadSchema schema(String type, String text) {
    Parsed parsed = schemas.get(type);
    if (parsed == null || !parsed.text().equals(text)) {
      parsed = new Parsed(text, PayloadSchema.parse(type, text));
      schemas.put(type, parsed);
    }
    return parsed.schema();
  }

  /**
   * Checks a record's size.
   *
   * @throws TasksException INVALID_PAYLOAD with the sizes
   */
  static void checkSize(ProducerRecord<byte[], byte[]> record) {
    int payload = record.value() == null ? 0 : record.value().length;
    int size = payload + OVERHEAD_BYTES + (record.key() == null ? 0 : record.key().length);
    for (Header header : record.headers()) {
      size += header.key().length() + (header.value() == null ? 0 : header.value().length) + 4;
    }
    if (size > MAX_RECORD_BYTES) {
      throw new TasksException(
          ErrorCode.INVALID_PAYLOAD,
          "expected a job of at most %d bytes, found %d bytes (%d of them payload). Keep large data elsewhere and put a reference into the payload."
              .formatted(MAX_RECORD_BYTES, size, payload));
    }
  }
}
