package io.clusterdb.tasks.worker.handler;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import io.clusterdb.tasks.codec.Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Results that come as text: JSON if it parses, with its numbers as they are, else a string. */
final class ResultText {
  private static final ObjectReader READER =
      Json.mapper()
          .reader(
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
              DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);

  private static final String STARTS_OF_JSON = "{[\"-0123456789tfn";

  private ResultText() {}

  /**
   * The result.
   *
   * @param lines whether a newline at the end belongs to the line and not to the result
   * @return JSON or a string; null for no bytes at all
   */
  static @Nullable Object parse(byte[] bytes, boolean lines) {
    if (bytes.length == 0) {
      return null;
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (lines && text.endsWith("\n")) {
      text = text.substring(0, text.length() - 1);
    }
    String value = text.strip();
    if (value.isEmpty() || STARTS_OF_JSON.indexOf(value.charAt(0)) < 0) {
      return text;
    }
    try {
      return READER.readTree(value);
    } catch (JsonProcessingException e) {
      return text;
    }
  }
}
