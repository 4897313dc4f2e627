package io.clusterdb.tasks.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.PayloadCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * JSON: records, Optional and java.time work, unknown fields are ignored. A handler that declares
 * String gets a JSON string's text, and any other value as it stands. Thread-safe.
 */
public final class JsonCodec implements PayloadCodec {
  private static final int SHOWN = 60;

  @Override
  public String contentType() {
    return Payload.JSON;
  }

  @Override
  public boolean encodes(Object payload) {
    return true;
  }

  @Override
  public byte[] encode(String topic, Object payload) {
    try {
      return Json.mapper().writeValueAsBytes(payload);
    } catch (JsonProcessingException e) {
      throw PayloadErrors.unwritable(payload, "JSON", e);
    }
  }

  @Override
  public <T> @Nullable T decode(String topic, byte @Nullable [] bytes, Class<T> type) {
    if (bytes == null) {
      return null;
    }
    if (type == String.class) {
      return type.cast(text(bytes));
    }
    try {
      int from = marked(bytes) ? 3 : 0;
      return Json.mapper().readValue(bytes, from, bytes.length - from, type);
    } catch (IOException e) {
      String reason =
          e instanceof JsonProcessingException j ? j.getOriginalMessage() : e.getMessage();
      throw PayloadErrors.unreadable(
          topic,
          type,
          shortened(bytes) + " (" + reason + ")",
          "Correct the producer, or declare what it writes as the handler's payload.",
          e);
    }
  }

  /** Whether there is a byte order mark, which some libraries write though JSON has none. */
  private static boolean marked(byte[] bytes) {
    return bytes.length > 2
        && bytes[0] == (byte) 0xEF
        && bytes[1] == (byte) 0xBB
        && bytes[2] == (byte) 0xBF;
  }

  private static @Nullable String text(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    String trimmed = text.strip();
    if (!trimmed.startsWith("\"") && !trimmed.equals("null")) {
      return text;
    }
    try {
      JsonNode node = Json.mapper().readTree(trimmed);
      return node.isNull() ? null : node.isTextual() ? node.textValue() : text;
    } catch (JsonProcessingException e) {
      return text;
    }
  }

  private static String shortened(byte[] bytes) {
    String text = new String(bytes, 0, Math.min(bytes.length, SHOWN * 4), StandardCharsets.UTF_8);
    String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    return bytes.length == 0 ? "nothing" : "\"" + shown + "\"";
  }
}
