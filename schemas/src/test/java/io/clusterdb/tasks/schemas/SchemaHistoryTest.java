package io.clusterdb.tasks.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaHistoryTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  static List<Schema> current() {
    return PlatformSchemas.CURRENT;
  }

  @ParameterizedTest
  @MethodSource("current")
  void newestVersionIsTheCurrentSchema(Schema current) throws IOException {
    List<Schema> versions = SchemaHistory.versions(current.getName());
    Schema registered = new Schema.Parser().parse(SchemaText.of(current));
    boolean same = !versions.isEmpty() && versions.getLast().equals(registered);
    if (!same) {
      Path copy = Path.of("target", "history", current.getName() + ".avsc");
      Files.createDirectories(copy.getParent());
      JsonNode text = JSON.readTree(SchemaText.of(current));
      Files.writeString(
          copy, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(text) + "\n");
    }
    assertThat(same)
        .as(
            "%s differs from the newest version in history/. If that version was released, copy"
                + " schemas/target/history/%s.avsc to history/%s.%d.avsc, else over the newest.",
            current.getName(), current.getName(), current.getName(), versions.size() + 1)
        .isTrue();
  }

  @ParameterizedTest
  @MethodSource("current")
  void everyVersionReadsTheOnesBefore(Schema current) {
    List<Schema> versions = SchemaHistory.versions(current.getName());
    for (int reader = 1; reader < versions.size(); reader++) {
      for (Schema writer : versions.subList(0, reader)) {
        assertThat(
                SchemaCompatibility.checkReaderWriterCompatibility(versions.get(reader), writer)
                    .getType())
            .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("current")
  void isFoundByFingerprint(Schema current) {
    for (Schema version : SchemaHistory.versions(current.getName())) {
      assertThat(
              SchemaHistory.bundled()
                  .byFingerprint(SchemaNormalization.parsingFingerprint64(version)))
          .isNotNull();
    }
  }

  /** A schema that no other one nests is a topic's value, and must be kept in the history. */
  @Test
  void listsEveryRecordThatIsNotPartOfAnother() throws IOException {
    Set<String> roots = new TreeSet<>();
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(Path.of("src/main/avro"))) {
      for (Path file : files.toList()) {
        JsonNode schema = JSON.readTree(file.toFile());
        all.append(schema.get("fields"));
        if (schema.get("type").asText().equals("record")) {
          roots.add(schema.get("name").asText());
        }
      }
    }
    roots.removeIf(name -> all.indexOf("schemas.avro." + name + "\"") >= 0);

    assertThat(current().stream().map(Schema::getName)).containsExactlyInAnyOrderElementsOf(roots);
  }

  @Test
  void registeredTextHasNothingOfJava() {
    for (Schema current : current()) {
      assertThat(SchemaText.of(current)).doesNotContain("avro.java.string");
      assertThat(
              SchemaNormalization.parsingFingerprint64(
                  new Schema.Parser().parse(SchemaText.of(current))))
          .isEqualTo(SchemaNormalization.parsingFingerprint64(current));
    }
  }
}
