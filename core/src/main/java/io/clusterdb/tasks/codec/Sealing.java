package io.clusterdb.tasks.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.PayloadCipher;
import io.clusterdb.tasks.TasksException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is done with a connection's cipher. A sealed payload says so by its media type, {@code
 * application/vnd.clusterdb.tasks.sealed; key="ID"; type="TYPE"}, which travels wherever the
 * payload does; the media type is what the cipher gets as context, so that neither of its parts can
 * be changed. A sealed result is {@code {"sealed": MEDIA TYPE, "data": BASE64}}. Thread-safe.
 *
 * @param cipher seals and opens; null where nothing is sealed, and nothing can be opened
 */
public record Sealing(@Nullable PayloadCipher cipher) {
  /** Neither seals nor opens. */
  public static final Sealing NONE = new Sealing(null);

  private static final String MEDIA_TYPE = "application/vnd.clusterdb.tasks.sealed";
  private static final Pattern SEALED =
      Pattern.compile(
          Pattern.quote(MEDIA_TYPE) + "; *key=\"([A-Za-z0-9._:/-]{1,200})\"; *type=\"(.*)\"");
  private static final String RESULT = "sealed";
  private static final String DATA = "data";

  /** Whether a payload of this media type is sealed. */
  public static boolean isSealed(String contentType) {
    return contentType.startsWith(MEDIA_TYPE);
  }

  /** The media type that a payload has when it is open. */
  public static String clearType(String contentType) {
    Matcher sealed = SEALED.matcher(contentType);
    return sealed.matches() ? unescaped(sealed.group(2)) : contentType;
  }

  /** The payload as it goes into a record: sealed, if there is a cipher and something to seal. */
  public Encoded seal(Encoded payload) {
    byte[] clear = payload.bytes();
    if (cipher == null || clear == null || isSealed(payload.contentType())) {
      return payload;
    }
    String key = cipher.keyId();
    String type = "%s; key=\"%s\"; type=\"%s\"".formatted(MEDIA_TYPE, key, escaped(payload));
    return new Encoded(cipher.seal(key, clear, type.getBytes(StandardCharsets.UTF_8)), type);
  }

  /**
   * The payload as its handler gets it.
   *
   * @throws TasksException INVALID_PAYLOAD if it is sealed and cannot be opened
   */
  public Payload open(Payload payload) {
    byte[] sealed = payload.bytes();
    if (sealed == null || !isSealed(payload.contentType())) {
      return payload;
    }
    Matcher parts = SEALED.matcher(payload.contentType());
    if (!parts.matches()) {
      throw new TasksException(
          ErrorCode.INVALID_PAYLOAD,
          "expected a media type %s; key=\"ID\"; type=\"TYPE\", found %s."
              .formatted(MEDIA_TYPE, payload.contentType()));
    }
    if (cipher == null) {
      throw new TasksException(
          ErrorCode.INVALID_PAYLOAD,
          "the payload is sealed with key %s, and this process has no keys. Configure encryption with that key, and replay the job."
              .formatted(parts.group(1)));
    }
    byte[] context = payload.contentType().getBytes(StandardCharsets.UTF_8);
    return new Payload(cipher.open(parts.group(1), sealed, context), unescaped(parts.group(2)));
  }

  /** The payload open, if it can be opened here; else as it is. */
  public Payload openIfKnown(Payload payload) {
    if (cipher == null) {
      return payload;
    }
    try {
      return open(payload);
    } catch (TasksException e) {
      return payload;
    }
  }

  /**
   * The result of a job as it is recorded: sealed as its payload was.
   *
   * @param payloadType media type of the job's payload
   * @param json the result; null for none
   */
  public @Nullable String sealResult(String payloadType, @Nullable String json) {
    if (cipher == null || json == null || !isSealed(payloadType) || sealedResult(json) != null) {
      return json;
    }
    Encoded sealed = seal(new Encoded(json.getBytes(StandardCharsets.UTF_8), Payload.JSON));
    return Json.mapper()
        .createObjectNode()
        .put(RESULT, sealed.contentType())
        .put(DATA, sealed.bytes())
        .toString();
  }

  /** A result open, if it is sealed and can be opened here; else as it is. */
  public @Nullable String openResult(@Nullable String json) {
    Payload sealed = cipher == null || json == null ? null : sealedResult(json);
    if (sealed == null) {
      return json;
    }
    Payload open = openIfKnown(sealed);
    return isSealed(open.contentType()) ? json : open.text();
  }

  private static @Nullable Payload sealedResult(String json) {
    if (!json.startsWith("{") || !json.contains(MEDIA_TYPE)) {
      return null;
    }
    try {
      JsonNode node = Json.mapper().readTree(json);
      String type = node.path(RESULT).asText();
      return node.size() == 2 && isSealed(type) && node.path(DATA).isTextual()
          ? new Payload(Base64.getDecoder().decode(node.path(DATA).asText()), type)
          : null;
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return null;
    }
  }

  private static String escaped(Encoded payload) {
    return payload.contentType().replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private static String unescaped(String type) {
    return type.replace("\\\"", "\"").replace("\\\\", "\\");
  }
}
