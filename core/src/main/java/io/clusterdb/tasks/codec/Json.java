package io.clusterdb.tasks.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.TasksException;
import java.io.IOException;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/** The JSON that the platform reads and writes. */
public final class Json {
  /**
   * JSON is UTF-8 (RFC 8259, section 8.1), so no other encoding is looked for. That also avoids
   * Jackson's {@code detectEncoding}, which the C2 compiler of JDK 25.0.3 gets wrong now and then:
   * it reads past the end of a text of one byte, and a job with the payload {@code 4} fails.
   */
  private static final JsonFactory UTF_8 =
      JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build();

  private static final JsonMapper MAPPER =
      JsonMapper.builder(UTF_8)
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .build();

  private static final ObjectReader EXACT =
      MAPPER
          .reader()
          .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);

  private Json() {}

  /** The mapper: records, Optional and java.time work, unknown fields are ignored. Thread-safe. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /** How JSON's bytes are read and written: as UTF-8. For mappers with settings of their own. */
  public static JsonFactory utf8() {
    return UTF_8;
  }

  /** Text as a JSON value that says what the text says; as a JSON string where it is no JSON. */
  public static JsonNode exact(String text) {
    try {
      return EXACT.readTree(text);
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(text);
    }
  }

  /**
   * What a handler returned, as JSON text; null for nothing. Avro records become plain JSON, and a
   * {@link Payload} of JSON is taken as it is.
   *
   * @throws TasksException INVALID_RESULT if it does not fit JSON
   */
  public static @Nullable String result(@Nullable Object value) {
    try {
      return switch (value) {
        case null -> null;
        case Payload payload when payload.bytes() == null -> null;
        case Payload payload when payload.contentType().equals(Payload.JSON) ->
            MAPPER.readTree(payload.bytes()).toString();
        case Payload payload -> MAPPER.writeValueAsString(payload.bytes());
        case IndexedRecord record -> AvroJson.toJson(record).toString();
        default -> MAPPER.writeValueAsString(value);
      };
    } catch (IOException e) {
      throw new TasksException(
          ErrorCode.INVALID_RESULT,
          "expected a handler's result that fits JSON, found %s (%s). Return something simpler, or nothing."
              .formatted(value == null ? "null" : value.getClass().getName(), e.getMessage()),
          e);
    }
  }
}
