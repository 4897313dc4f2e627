package io.clusterdb.tasks.schemas;

import io.clusterdb.tasks.schemas.WireHeader.Fingerprint;
import io.clusterdb.tasks.schemas.WireHeader.RegistryId;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.Utf8;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** Bytes to records, whichever of the two encodings they have. Thread-safe. */
final class RecordReader {
  private final @Nullable SingleFlight<Integer, Schema> schemas;
  private final boolean specific;
  private final Scratch.Shelf shelf = new Scratch.Shelf();
  private final ConcurrentHashMap<Schema, RecordType> types = new ConcurrentHashMap<>();

  /**
   * @param client null where no registry is set
   * @param specific whether {@link #read} gives generated classes instead of GenericRecord
   */
  RecordReader(@Nullable RegistryClient client, boolean specific) {
    this.schemas = client == null ? null : new SingleFlight<>(client::byId);
    this.specific = specific;
  }

  /** Reads as a type found by the writer's schema. */
  Object read(String topic, byte[] bytes) {
    WireHeader header = WireHeader.read(topic, bytes);
    Schema writer = writerSchema(topic, header, null);
    if (writer.getType() == Schema.Type.BYTES && header instanceof RegistryId) {
      // Confluent's serializer writes plain bytes as they are, without Avro's length before them.
      return Arrays.copyOfRange(bytes, header.length(), bytes.length);
    }
    RecordType type = types.get(writer);
    if (type == null) {
      type = types.computeIfAbsent(writer, schema -> typeFor(topic, schema));
    }
    Object datum = read(topic, bytes, header, writer, type);
    return datum instanceof Utf8 ? datum.toString() : datum;
  }

  /** Reads as the expected type, whatever version of its schema the writer had. */
  Object read(String topic, byte[] bytes, RecordType expected) {
    WireHeader header = WireHeader.read(topic, bytes);
    Schema writer = writerSchema(topic, header, expected);
    if (!expected.takes(writer)) {
      throw new MalformedRecordException(
          topic,
          "a record of " + expected.schema().getFullName(),
          "one of " + writer.getFullName());
    }
    return read(topic, bytes, header, writer, expected);
  }

  private Object read(
      String topic, byte[] bytes, WireHeader header, Schema writer, RecordType type) {
    Scratch scratch = shelf.take();
    try {
      return scratch.read(bytes, header.length(), type.reader(writer));
    } catch (IOException | RuntimeException e) {
      throw new MalformedRecordException(
          topic,
          "Avro data of " + writer.getFullName() + " to be read as " + type.schema().getFullName(),
          bytes.length + " bytes that do not fit (" + e + ")",
          e);
    } finally {
      shelf.putBack(scratch);
    }
  }

  private Schema writerSchema(String topic, WireHeader header, @Nullable RecordType expected) {
    return switch (header) {
      case RegistryId(int id) -> registered(topic, id);
      case Fingerprint(long value) ->
          expected != null && expected.fingerprint() == value
              ? expected.schema()
              : fromHistory(topic, value);
    };
  }

  private Schema registered(String topic, int id) {
    if (schemas == null) {
      throw new MalformedRecordException(
          topic,
          "a record in single-object encoding, as no " + SerdeConfig.URL + " is set",
          "schema id " + id + " of a registry");
    }
    try {
      return schemas.get(id);
    } catch (RegistryException e) {
      // What the registry has under an id stays, so to try again would be in vain.
      throw switch (e.errorCode()) {
        case RegistryException.SCHEMA_NOT_FOUND ->
            new MalformedRecordException(
                topic, "a schema id that the registry knows", "schema id " + id, e);
        case RegistryException.INVALID_SCHEMA ->
            new MalformedRecordException(
                topic, "the id of an Avro schema", "schema id " + id + ": " + e.getMessage(), e);
        default -> e;
      };
    }
  }

  private static Schema fromHistory(String topic, long fingerprint) {
    Schema known = SchemaHistory.bundled().byFingerprint(fingerprint);
    if (known == null) {
      throw new MalformedRecordException(
          topic,
          "the fingerprint of a schema that this version of Tasks knows",
          String.format(
              "fingerprint %016x; if a newer version wrote it, update the reader", fingerprint));
    }
    return known;
  }

  private RecordType typeFor(String topic, Schema writer) {
    if (!specific || writer.getType() != Schema.Type.RECORD) {
      return RecordType.generic(writer);
    }
    try {
      Class<?> found = SpecificData.get().getClass(writer);
      if (found != null) {
        return RecordType.of(found.asSubclass(SpecificRecord.class));
      }
    } catch (SecurityException e) {
      throw new SerializationException(
          "Cannot read topic "
              + topic
              + ": Avro does not trust class "
              + writer.getFullName()
              + ". Name it in "
              + SerdeConfig.SPECIFIC_VALUE_TYPE
              + ", or its package in the system property org.apache.avro.SERIALIZABLE_PACKAGES.",
          e);
    }
    throw new SerializationException(
        "Cannot read topic "
            + topic
            + " with "
            + SerdeConfig.SPECIFIC_READER
            + "=true: expected a generated class "
            + writer.getFullName()
            + " on the class path, found none.");
  }
}
