package io.clusterdb.tasks.orchestrator.query;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.codec.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Payloads within JSON. Pure. */
public final class PayloadJson {
  private PayloadJson() {}

  /**
   * Adds {@code contentType}, {@code encoding} and {@code payload}: JSON stays as it is, to the
   * last digit; anything else is Base64.
   */
  public static void put(ObjectNode json, Payload payload) {
    byte[] bytes = payload.bytes();
    json.put("contentType", payload.contentType());
    String text = bytes == null || !isJson(payload.contentType()) ? null : valid(bytes);
    if (bytes == null) {
      json.put("encoding", "json");
      json.putNull("payload");
    } else if (text != null) {
      json.put("encoding", "json");
      json.putRawValue("payload", new RawValue(text));
    } else {
      json.put("encoding", "base64");
      json.put("payload", Base64.getEncoder().encodeToString(bytes));
    }
  }

  private static boolean isJson(String contentType) {
    String media = contentType.split(";", 2)[0].strip();
    return media.equalsIgnoreCase(Payload.JSON) || media.endsWith("+json");
  }

  /** The bytes as text, if that is one JSON value. */
  private static @Nullable String valid(byte[] bytes) {
    try (JsonParser parser = Json.mapper().createParser(bytes)) {
      if (parser.nextToken() == null) {
        return null;
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        return null;
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    } catch (IOException e) {
      return null;
    }
  }
}
