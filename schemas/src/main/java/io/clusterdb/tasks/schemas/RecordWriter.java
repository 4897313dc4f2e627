package io.clusterdb.tasks.schemas;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** Records to bytes, in the encoding that the configuration asks for. Thread-safe. */
final class RecordWriter {
  private final @Nullable Registrations registrations;
  private final @Nullable PatientRegistrations patient;
  private final Scratch.Shelf shelf = new Scratch.Shelf();
  private final ConcurrentHashMap<Schema, RecordType> generic = new ConcurrentHashMap<>();

  /** Without registrations every record is written in single-object encoding. */
  RecordWriter(@Nullable Registrations registrations) {
    this.registrations = registrations;
    this.patient =
        registrations == null ? null : new PatientRegistrations(registrations, System::nanoTime);
  }

  byte[] write(String topic, Object record) {
    RecordType type = type(topic, record);
    WriterSchema target = target(topic, type);
    byte[] bytes = write(topic, target.header(), type, record);
    return target.schema().equals(type.schema()) ? bytes : rewrite(topic, target, type, bytes);
  }

  /** Whether the registry gives the id of a platform record's schema in time. */
  boolean prepare(String topic, RecordType type, Duration patience) {
    return patient != null
        && patient.get(new Registrations.Target(topic, type.schema()), patience) != null;
  }

  private RecordType type(String topic, Object record) {
    return switch (record) {
      case SpecificRecord specific -> RecordType.of(specific.getClass());
      case IndexedRecord other -> generic.computeIfAbsent(other.getSchema(), RecordType::generic);
      default ->
          throw new SerializationException(
              "Cannot write to topic "
                  + topic
                  + ": expected an Avro record (generated class or GenericRecord), found "
                  + record.getClass().getName()
                  + ".");
    };
  }

  private WriterSchema target(String topic, RecordType type) {
    boolean ours = PlatformSchemas.contains(type.schema());
    if (registrations == null || patient == null) {
      if (ours) {
        return type.singleObject();
      }
      throw new SerializationException(
          "Cannot write "
              + type.schema().getFullName()
              + " to topic "
              + topic
              + ": a reader finds its schema in a schema registry only, and none is set. Set "
              + SerdeConfig.URL
              + ".");
    }
    Registrations.Target target = new Registrations.Target(topic, type.schema());
    if (!ours) {
      return registrations.get(target);
    }
    WriterSchema registered = patient.get(target);
    return registered != null ? registered : type.singleObject();
  }

  private byte[] write(String topic, byte[] header, RecordType type, Object record) {
    Scratch scratch = shelf.take();
    try {
      return scratch.write(header, type.writer(), record);
    } catch (RuntimeException e) {
      throw new SerializationException(
          "Cannot write to topic "
              + topic
              + ": expected a record that fits "
              + type.schema().getFullName()
              + ", found "
              + e.getMessage()
              + ".",
          e);
    } finally {
      shelf.putBack(scratch);
    }
  }

  /** Brings a record into the subject's newest schema, by Avro's rules of resolution. */
  private byte[] rewrite(String topic, WriterSchema target, RecordType own, byte[] bytes) {
    RecordType latest = generic.computeIfAbsent(target.schema(), RecordType::generic);
    Scratch scratch = shelf.take();
    try {
      Object record = scratch.read(bytes, target.header().length, latest.reader(own.schema()));
      return scratch.write(target.header(), latest.writer(), record);
    } catch (IOException | AvroRuntimeException e) {
      throw new SerializationException(
          "Cannot write "
              + own.schema().getFullName()
              + " to topic "
              + topic
              + ": expected the newest schema of its subject to read it, found "
              + e.getMessage()
              + ". Register a compatible schema or set "
              + SerdeConfig.USE_LATEST
              + "=false.",
          e);
    } finally {
      shelf.putBack(scratch);
    }
  }
}
