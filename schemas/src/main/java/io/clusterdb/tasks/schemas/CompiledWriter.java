package io.clusterdb.tasks.schemas;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroTypeException;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.Encoder;
import org.jspecify.annotations.Nullable;

/**
 * Writes generated records of one schema by steps that are made once. Avro's own writer finds the
 * branch of each union and the conversion of each timestamp anew for every value, which takes three
 * times as long; a worker writes an event a job. Knows what the platform's schemas use and refuses
 * any other schema. Immutable.
 */
final class CompiledWriter implements DatumWriter<Object> {
  @FunctionalInterface
  private interface Step {
    void write(Object value, Encoder out) throws IOException;
  }

  private final Step root;

  CompiledWriter(Schema schema) {
    this.root = step(schema);
  }

  @Override
  public void setSchema(Schema schema) {
    throw new UnsupportedOperationException("the schema is fixed");
  }

  @Override
  public void write(Object datum, Encoder out) throws IOException {
    root.write(datum, out);
  }

  private static Step step(Schema schema) {
    if (schema.getLogicalType() != null) {
      return timestamp(schema);
    }
    return switch (schema.getType()) {
      case RECORD -> record(schema);
      case UNION -> nullable(schema);
      case ENUM -> (value, out) -> out.writeEnum(schema.getEnumOrdinal(value.toString()));
      case ARRAY -> array(step(schema.getElementType()));
      case MAP -> map(step(schema.getValueType()));
      case STRING -> (value, out) -> out.writeString((CharSequence) value);
      case INT -> (value, out) -> out.writeInt((Integer) value);
      case LONG -> (value, out) -> out.writeLong((Long) value);
      case DOUBLE -> (value, out) -> out.writeDouble((Double) value);
      case BOOLEAN -> (value, out) -> out.writeBoolean((Boolean) value);
      case BYTES -> (value, out) -> out.writeBytes((ByteBuffer) value);
      case FIXED, FLOAT, NULL -> throw unknown(schema);
    };
  }

  private static Step record(Schema schema) {
    List<Schema.Field> fields = schema.getFields();
    Step[] steps = fields.stream().map(field -> step(field.schema())).toArray(Step[]::new);
    return (value, out) -> {
      IndexedRecord record = (IndexedRecord) value;
      for (int i = 0; i < steps.length; i++) {
        Object field = record.get(i);
        try {
          steps[i].write(field, out);
        } catch (NullPointerException | ClassCastException e) {
          throw misfit(schema, fields.get(i), field, e);
        }
      }
    };
  }

  private static AvroTypeException misfit(
      Schema schema, Schema.Field field, @Nullable Object value, RuntimeException cause) {
    return new AvroTypeException(
        "field "
            + field.name()
            + " of "
            + schema.getName()
            + " expects "
            + field.schema().getType().getName()
            + ", found "
            + value,
        cause);
  }

  @SuppressWarnings("NullAway") // a step gets null where a field is null; only this one expects it
  private static Step nullable(Schema union) {
    List<Schema> types = union.getTypes();
    if (types.size() != 2 || !union.isNullable()) {
      throw unknown(union);
    }
    int nullIndex = types.getFirst().getType() == Schema.Type.NULL ? 0 : 1;
    Step other = step(types.get(1 - nullIndex));
    return (value, out) -> {
      if (value == null) {
        out.writeIndex(nullIndex);
      } else {
        out.writeIndex(1 - nullIndex);
        other.write(value, out);
      }
    };
  }

  private static Step timestamp(Schema schema) {
    if (!schema.getLogicalType().equals(LogicalTypes.timestampMillis())) {
      throw unknown(schema);
    }
    return (value, out) -> out.writeLong(((Instant) value).toEpochMilli());
  }

  private static Step array(Step element) {
    return (value, out) -> {
      Collection<?> elements = (Collection<?>) value;
      out.writeArrayStart();
      out.setItemCount(elements.size());
      for (Object item : elements) {
        out.startItem();
        element.write(item, out);
      }
      out.writeArrayEnd();
    };
  }

  private static Step map(Step values) {
    return (value, out) -> {
      Map<?, ?> map = (Map<?, ?>) value;
      out.writeMapStart();
      out.setItemCount(map.size());
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.startItem();
        out.writeString((CharSequence) entry.getKey());
        values.write(entry.getValue(), out);
      }
      out.writeMapEnd();
    };
  }

  private static IllegalArgumentException unknown(Schema schema) {
    return new IllegalArgumentException(
        "Expected a schema of the kinds that CompiledWriter writes, found " + schema);
  }
}
