package io.clusterdb.tasks.schemas;

import java.io.IOException;
import java.util.IdentityHashMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.Decoder;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of schemas by which a few bytes may claim much: types within themselves, large
 * fixed values, and arrays whose elements take no bytes. What a record claims is counted before any
 * of it is made. Thread-safe.
 */
final class CautiousReader implements DatumReader<Object> {
  /** Deeper ones overflow the stack of whoever reads them, or makes JSON of them. */
  static final int MOST_NESTED = 500;

  /** Elements that take no bytes, of all arrays together. */
  static final long MOST_EMPTY = 100_000;

  private static final int LARGE_BYTES = 64 * 1024;

  private final Schema writer;
  private final DatumReader<Object> reader;

  private CautiousReader(Schema writer, DatumReader<Object> reader) {
    this.writer = writer;
    this.reader = reader;
  }

  /** The reader as it is, where the writer's schema lets no record claim more than its bytes. */
  static DatumReader<Object> of(Schema writer, DatumReader<Object> reader) {
    return isPlain(writer, new IdentityHashMap<>()) ? reader : new CautiousReader(writer, reader);
  }

  /**
   * @param met records that were looked at, and whether to their end
   */
  private static boolean isPlain(Schema schema, IdentityHashMap<Schema, Boolean> met) {
    return switch (schema.getType()) {
      case RECORD -> {
        Boolean known = met.putIfAbsent(schema, false);
        if (known != null) {
          yield known; // not to its end, so it is within itself
        }
        boolean plain = schema.getFields().stream().allMatch(field -> isPlain(field.schema(), met));
        met.put(schema, plain);
        yield plain;
      }
      case UNION -> schema.getTypes().stream().allMatch(branch -> isPlain(branch, met));
      case ARRAY ->
          !GenericDatumReader.isZeroByteSchema(schema.getElementType())
              && isPlain(schema.getElementType(), met);
      case MAP -> isPlain(schema.getValueType(), met);
      case FIXED -> schema.getFixedSize() <= LARGE_BYTES;
      default -> true;
    };
  }

  /**
   * Goes through a record without making anything of it.
   *
   * @throws IOException if it ends too early or claims too much
   */
  void count(Decoder in) throws IOException {
    new Count(in).value(writer);
  }

  @Override
  public void setSchema(Schema schema) {
    throw new UnsupportedOperationException("the schema is fixed");
  }

  @Override
  public Object read(@Nullable Object reuse, Decoder in) throws IOException {
    return reader.read(reuse, in);
  }

  /** What was met of one record so far. Of one thread. */
  private static final class Count {
    private final Decoder in;
    private int nested;
    private long empty;

    Count(Decoder in) {
      this.in = in;
    }

    void value(Schema schema) throws IOException {
      switch (schema.getType()) {
        case UNION -> value(schema.getTypes().get(in.readIndex()));
        case RECORD, ARRAY, MAP -> {
          if (++nested > MOST_NESTED) {
            throw new IOException("values within each other, more than " + MOST_NESTED);
          }
          parts(schema);
          nested--;
        }
        default -> GenericDatumReader.skip(schema, in);
      }
    }

    private void parts(Schema schema) throws IOException {
      switch (schema.getType()) {
        case ARRAY -> {
          for (long count = in.readArrayStart(); count > 0; count = in.arrayNext()) {
            elements(schema.getElementType(), count);
          }
        }
        case MAP -> {
          for (long count = in.readMapStart(); count > 0; count = in.mapNext()) {
            entries(schema.getValueType(), count);
          }
        }
        default -> {
          for (Schema.Field field : schema.getFields()) {
            value(field.schema());
          }
        }
      }
    }

    private void elements(Schema element, long count) throws IOException {
      if (GenericDatumReader.isZeroByteSchema(element)) {
        empty += count;
        if (empty > MOST_EMPTY) {
          throw new IOException("elements that take no bytes, more than " + MOST_EMPTY);
        }
        value(element); // it may be within itself, without end
        return;
      }
      for (long i = 0; i < count; i++) {
        value(element);
      }
    }

    private void entries(Schema value, long count) throws IOException {
      for (long i = 0; i < count; i++) {
        in.skipString();
        value(value);
      }
    }
  }
}
