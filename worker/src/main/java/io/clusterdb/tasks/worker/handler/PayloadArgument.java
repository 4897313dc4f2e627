package io.clusterdb.tasks.worker.handler;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.codec.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A payload as one argument: of JSON a string's text, a number or a boolean as it is written, and
 * anything else as compact JSON; of other media types the UTF-8 text.
 */
final class PayloadArgument {
  private PayloadArgument() {}

  /**
   * The argument.
   *
   * @throws PermanentFailure if there is no payload, or it is not what its media type says
   */
  static String of(Payload payload) {
    byte[] bytes = payload.bytes();
    if (bytes == null || bytes.length == 0) {
      throw new PermanentFailure(
          "the command expects a payload for its {}, and the job has none. Enqueue it with one.");
    }
    return isJson(payload.contentType()) ? ofJson(bytes) : ofText(bytes, payload.contentType());
  }

  private static boolean isJson(String contentType) {
    String type = contentType.toLowerCase(Locale.ROOT).split(";", 2)[0].strip();
    return type.equals(Payload.JSON) || type.endsWith("+json");
  }

  private static String ofJson(byte[] bytes) {
    try (JsonParser parser = Json.mapper().createParser(bytes)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw notJson("it is empty");
      }
      String text = first.isScalarValue() ? parser.getText() : compact(parser);
      if (parser.nextToken() != null) {
        throw notJson("something follows its first value");
      }
      return text;
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      throw notJson(e.getOriginalMessage());
    } catch (IOException e) {
      throw notJson(String.valueOf(e.getMessage()));
    }
  }

  private static String compact(JsonParser parser) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = Json.mapper().createGenerator(text)) {
      generator.copyCurrentStructureExact(parser);
    }
    return text.toString();
  }

  private static String ofText(byte[] bytes, String contentType) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new PermanentFailure(
          "the command expects a payload that is text for its {}, found "
              + bytes.length
              + " bytes of "
              + contentType
              + " that are not UTF-8. Read the payload from standard input instead.");
    }
  }

  private static PermanentFailure notJson(String why) {
    return new PermanentFailure(
        "the command expects a JSON payload for its {}, and the job's is not JSON: "
            + why
            + ". Write it as JSON, or give it the content-type text/plain.");
  }
}
