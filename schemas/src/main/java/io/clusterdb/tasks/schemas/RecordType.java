package io.clusterdb.tasks.schemas;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.FastReaderBuilder;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * How records of one Java type are written and read: a generated class, or GenericRecord of one
 * schema. Thread-safe; readers are built once for each writer's schema.
 */
final class RecordType {
  private static final ClassValue<RecordType> GENERATED =
      new ClassValue<>() {
        @Override
        protected RecordType computeValue(Class<?> type) {
          TrustedData data = TrustedData.of(type);
          Schema schema = data.getSchema(type);
          return new RecordType(
              schema,
              data,
              PlatformSchemas.contains(schema)
                  ? new CompiledWriter(schema)
                  : new SpecificDatumWriter<>(schema, data));
        }
      };

  private final Schema schema;
  private final long fingerprint;
  private final boolean platform;
  private final WriterSchema singleObject;
  private final DatumWriter<Object> writer;
  private final FastReaderBuilder readerBuilder;
  private final ConcurrentHashMap<Schema, DatumReader<Object>> readers = new ConcurrentHashMap<>();

  private RecordType(Schema schema, GenericData data, DatumWriter<Object> writer) {
    this.schema = schema;
    this.platform = PlatformSchemas.contains(schema);
    this.fingerprint = SchemaNormalization.parsingFingerprint64(schema);
    this.singleObject = new WriterSchema(new WireHeader.Fingerprint(fingerprint).toBytes(), schema);
    this.writer = writer;
    this.readerBuilder = new FastReaderBuilder(data);
  }

  /** The type of a generated class. */
  static RecordType of(Class<? extends SpecificRecord> type) {
    return GENERATED.get(type);
  }

  /** The type of generic records of a schema. Callers cache it. */
  static RecordType generic(Schema schema) {
    GenericData data = new GenericData();
    return new RecordType(schema, data, new GenericDatumWriter<>(schema, data));
  }

  Schema schema() {
    return schema;
  }

  long fingerprint() {
    return fingerprint;
  }

  /**
   * Whether a record of this writer's schema may be one of these. Of the platform's own records
   * some have fields like those of others, by which Avro alone would take one for the other.
   */
  boolean takes(Schema writer) {
    return !platform || writer == schema || writer.getFullName().equals(schema.getFullName());
  }

  /** What it is written with where no registry is. */
  WriterSchema singleObject() {
    return singleObject;
  }

  DatumWriter<Object> writer() {
    return writer;
  }

  /** Reads what was written with the writer's schema, into this type by Avro's resolution rules. */
  DatumReader<Object> reader(Schema writerSchema) {
    DatumReader<Object> known = readers.get(writerSchema);
    return known != null ? known : readers.computeIfAbsent(writerSchema, this::buildReader);
  }

  private DatumReader<Object> buildReader(Schema writerSchema) {
    try {
      return CautiousReader.of(writerSchema, readerBuilder.createDatumReader(writerSchema, schema));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
