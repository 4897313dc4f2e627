package io.clusterdb.tasks.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Records as each version of each schema wrote them, kept as files: whatever lies in a topic or a
 * store is read by the code of today, with all that it said. A file is made once, for a new version
 * of a schema, and never changed again.
 */
class RecordFixturesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DAMAGES = 2_000;

  /** A version of a record's schema, counted from 1. */
  record Version(Schema schema, int number) {
    @Override
    public String toString() {
      return schema.getName() + "." + number;
    }
  }

  static List<Version> versions() {
    List<Version> all = new ArrayList<>();
    for (Schema current : PlatformSchemas.CURRENT) {
      List<Schema> versions = SchemaHistory.versions(current.getName());
      for (int i = 0; i < versions.size(); i++) {
        all.add(new Version(versions.get(i), i + 1));
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("versions")
  void isReadWithAllThatItSaid(Version version) throws Exception {
    List<String> fixture = fixture(version);
    byte[] bytes = HexFormat.of().parseHex(fixture.get(0));
    JsonNode said = JSON.readTree(fixture.get(1));
    assertSaid(read(version, bytes), said, version.toString());
  }

  /** By a seed: whatever became of the bytes, they are a record, or malformed. */
  @ParameterizedTest
  @MethodSource("versions")
  void damagedBytesAreARecordOrMalformed(Version version) throws Exception {
    byte[] whole = HexFormat.of().parseHex(fixture(version).get(0));
    Class<? extends SpecificRecord> type = type(version);
    int malformed = 0;
    for (int seed = 0; seed < DAMAGES; seed++) {
      byte[] bytes = damaged(whole, new Random(seed));
      try {
        PlatformCodec.singleObject().decode("damaged", bytes, type);
      } catch (MalformedRecordException e) {
        malformed++;
      } catch (RuntimeException | Error e) {
        throw new AssertionError(version + " damaged by seed " + seed, e);
      }
    }
    assertThat(malformed).isPositive();
  }

  private static byte[] damaged(byte[] whole, Random random) {
    byte[] bytes =
        random.nextInt(4) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
    // Behind the schema's fingerprint, mostly: what is before is soon refused.
    int from = random.nextInt(10) == 0 ? 0 : 10;
    for (int i = random.nextInt(4); i >= 0 && bytes.length > from; i--) {
      int at = random.nextInt(from, bytes.length);
      bytes[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) 0xFF;
    }
    return bytes;
  }

  private static Class<? extends SpecificRecord> type(Version version) throws Exception {
    return Class.forName(version.schema().getFullName()).asSubclass(SpecificRecord.class);
  }

  private static JsonNode read(Version version, byte[] bytes) throws Exception {
    return JSON.readTree(
        PlatformCodec.singleObject().decode("fixture", bytes, type(version)).toString());
  }

  /** What is read may have more fields, which came later. */
  private static void assertSaid(JsonNode read, JsonNode said, String where) {
    if (said.isObject()) {
      for (Map.Entry<String, JsonNode> field : said.properties()) {
        assertThat(read.has(field.getKey())).as("%s has %s", where, field.getKey()).isTrue();
        assertSaid(read.get(field.getKey()), field.getValue(), where + "." + field.getKey());
      }
    } else if (said.isArray()) {
      assertThat(read.size()).as(where).isEqualTo(said.size());
      for (int i = 0; i < said.size(); i++) {
        assertSaid(read.get(i), said.get(i), where + "[" + i + "]");
      }
    } else {
      assertThat(read).as(where).isEqualTo(said);
    }
  }

  private static List<String> fixture(Version version) throws Exception {
    String name = "records/" + version + ".txt";
    try (InputStream in = RecordFixturesTest.class.getResourceAsStream(name)) {
      if (in != null) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      }
    }
    byte[] bytes = written(version.schema());
    Path copy = Path.of("target", "records", version + ".txt");
    Files.createDirectories(copy.getParent());
    Files.writeString(copy, HexFormat.of().formatHex(bytes) + "\n" + read(version, bytes) + "\n");
    throw new AssertionError(
        "there is no record of %s. Copy schemas/target/records to src/test/resources/%s."
            .formatted(version, RecordFixturesTest.class.getPackageName().replace('.', '/')));
  }

  private static byte[] written(Schema schema) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(
        new WireHeader.Fingerprint(SchemaNormalization.parsingFingerprint64(schema)).toBytes());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<>(schema).write(value(schema, schema.getName(), 0), encoder);
    encoder.flush();
    return out.toByteArray();
  }

  /** A value with something in every field, so that none goes missing unseen. */
  private static Object value(Schema schema, String name, int depth) {
    return switch (schema.getType()) {
      case RECORD -> {
        GenericData.Record record = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
          record.put(field.pos(), value(field.schema(), field.name(), depth + 1));
        }
        yield record;
      }
      case ENUM -> new GenericData.EnumSymbol(schema, schema.getEnumSymbols().getLast());
      case ARRAY ->
          depth > 8
              ? List.of()
              : List.of(
                  value(schema.getElementType(), name + "1", depth + 1),
                  value(schema.getElementType(), name + "2", depth + 1));
      case MAP -> Map.of("ä/" + name, value(schema.getValueType(), name, depth + 1));
      case UNION ->
          value(
              depth > 8 ? schema.getTypes().getFirst() : schema.getTypes().getLast(),
              name,
              depth + 1);
      case STRING -> "ü " + name;
      case INT -> name.length();
      case LONG -> 1_790_000_000_000L + name.length();
      case DOUBLE -> 0.25 + name.length();
      case FLOAT -> 0.5f;
      case BOOLEAN -> true;
      case BYTES -> java.nio.ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8));
      case FIXED -> new GenericData.Fixed(schema, new byte[schema.getFixedSize()]);
      case NULL -> throw new IllegalStateException("a field that is always null: " + name);
    };
  }
}
