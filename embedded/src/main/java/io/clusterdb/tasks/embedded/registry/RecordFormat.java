package io.clusterdb.tasks.embedded.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Records as JSON, in the layout of Confluent's registry: the order of a key's properties counts,
 * since keys are compared as bytes.
 */
final class RecordFormat {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RecordFormat() {}

  static byte[] key(RegistryRecord record) {
    ObjectNode key = JSON.createObjectNode();
    switch (record) {
      case RegistryRecord.Version it -> schemaKey(key, it.subject(), it.version());
      case RegistryRecord.Gone it -> schemaKey(key, it.subject(), it.version());
      case RegistryRecord.Level it ->
          key.put("keytype", "CONFIG").put("subject", it.subject()).put("magic", 0);
    }
    return bytes(key);
  }

  private static void schemaKey(ObjectNode key, String subject, int version) {
    key.put("keytype", "SCHEMA").put("subject", subject).put("version", version).put("magic", 1);
  }

  /** Null is a tombstone. */
  static byte @Nullable [] value(RegistryRecord record) {
    return switch (record) {
      case RegistryRecord.Version it ->
          bytes(
              JSON.createObjectNode()
                  .put("subject", it.subject())
                  .put("version", it.version())
                  .put("id", it.id())
                  .put("schema", it.schema())
                  .put("deleted", it.deleted()));
      case RegistryRecord.Gone it -> null;
      case RegistryRecord.Level(String subject, Compatibility level) ->
          level == null
              ? null
              : bytes(JSON.createObjectNode().put("compatibilityLevel", level.name()));
    };
  }

  private static byte[] bytes(ObjectNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Empty for kinds of record that this registry does not keep. */
  static Optional<RegistryRecord> read(byte @Nullable [] keyBytes, byte @Nullable [] valueBytes)
      throws IOException {
    if (keyBytes == null) {
      return Optional.empty();
    }
    JsonNode key = JSON.readTree(keyBytes);
    @Nullable JsonNode value = valueBytes == null ? null : JSON.readTree(valueBytes);
    return switch (key.path("keytype").asText()) {
      case "SCHEMA" -> schema(key.path("subject").asText(), key.path("version").asInt(), value);
      case "CONFIG" -> Optional.of(level(key.path("subject"), value));
      default -> Optional.empty();
    };
  }

  private static Optional<RegistryRecord> schema(
      String subject, int version, @Nullable JsonNode value) {
    if (value == null) {
      return Optional.of(new RegistryRecord.Gone(subject, version));
    }
    if (!value.path("schemaType").asText("AVRO").equals("AVRO")) {
      return Optional.empty();
    }
    return Optional.of(
        new RegistryRecord.Version(
            subject,
            version,
            value.path("id").asInt(),
            value.path("schema").asText(),
            value.path("deleted").asBoolean()));
  }

  private static RegistryRecord level(JsonNode subject, @Nullable JsonNode value) {
    return new RegistryRecord.Level(
        subject.isTextual() ? subject.asText() : null,
        value == null ? null : Compatibility.parse(value.path("compatibilityLevel").asText()));
  }
}
