package io.clusterdb.tasks.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.schemas.avro.JobError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CompiledWriterTest {
  private static final byte[] NO_HEADER = new byte[0];

  static List<Schema> current() {
    return PlatformSchemas.CURRENT;
  }

  private static byte[] avros(DatumWriter<Object> writer, Object datum) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    writer.write(datum, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @MethodSource("current")
  void writesTheBytesThatAvrosWriterWrites(Schema schema) throws IOException {
    Class<?> generated = SpecificData.get().getClass(schema);
    TrustedData data = TrustedData.of(generated);
    DatumWriter<Object> reference = new SpecificDatumWriter<>(schema, data);
    CompiledWriter compiled = new CompiledWriter(schema);
    RecordType type = RecordType.of(generated.asSubclass(SpecificRecord.class));
    Scratch scratch = new Scratch();
    for (Object random : new RandomData(schema, 500, 42)) {
      byte[] expected = avros(new GenericDatumWriter<>(schema), random);
      Object record = scratch.read(expected, 0, type.reader(schema));

      assertThat(HexFormat.of().formatHex(scratch.write(NO_HEADER, compiled, record)))
          .isEqualTo(HexFormat.of().formatHex(avros(reference, record)));
    }
  }

  @Test
  void namesTheFieldThatDoesNotFit() {
    CompiledWriter writer = new CompiledWriter(JobError.getClassSchema());

    assertThatThrownBy(() -> new Scratch().write(NO_HEADER, writer, new JobError()))
        .isInstanceOf(AvroTypeException.class)
        .hasMessage("field type of JobError expects string, found null");
  }

  @Test
  void refusesSchemasThatItCannotWrite() {
    for (String schema :
        List.of(
            "\"float\"", "[\"string\",\"int\"]", "{\"type\":\"int\",\"logicalType\":\"date\"}")) {
      assertThatThrownBy(() -> new CompiledWriter(new Schema.Parser().parse(schema)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("CompiledWriter");
    }
  }

  @Test
  void growsWithTheRecord() throws IOException {
    JobError large = new JobError("T", "ä".repeat(100_000));
    CompiledWriter writer = new CompiledWriter(JobError.getClassSchema());

    assertThat(new Scratch().write(NO_HEADER, writer, large)).hasSize(2 + 3 + 200_000);
  }
}
