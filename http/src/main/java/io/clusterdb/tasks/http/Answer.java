package io.clusterdb.tasks.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a call is answered with.
 *
 * @param status HTTP's status code
 * @param headers further headers
 * @param body null for none
 */
public record Answer(int status, Map<String, String> headers, @Nullable Body body) {
  /** What an answer carries. */
  public sealed interface Body {}

  /** Anything that Jackson writes, with dates as ISO 8601. */
  public record Json(Object value) implements Body {}

  /** Bytes of a media type. */
  @SuppressWarnings("ArrayRecordComponent") // written and forgotten
  public record Bytes(String mediaType, byte[] content) implements Body {}

  /** Written piece by piece, for as long as there is something to say. */
  public record Stream(String mediaType, Writer writer) implements Body {}

  /** Writes a stream. */
  @FunctionalInterface
  public interface Writer {
    /** Writes and flushes; an exception means that the caller has gone. */
    void write(OutputStream out) throws IOException, InterruptedException;
  }

  /** 200 with JSON. */
  public static Answer ok(Object json) {
    return json(200, json);
  }

  /** JSON with a status. */
  public static Answer json(int status, Object json) {
    return new Answer(status, Map.of(), new Json(json));
  }

  /** 204. */
  public static Answer none() {
    return new Answer(204, Map.of(), null);
  }

  /** Bytes with a status. */
  public static Answer bytes(int status, String mediaType, byte[] content) {
    return new Answer(status, Map.of(), new Bytes(mediaType, content));
  }

  /** 200 with a stream. */
  public static Answer stream(String mediaType, Writer writer) {
    return new Answer(200, Map.of(), new Stream(mediaType, writer));
  }

  /** With a header. */
  public Answer header(String name, String value) {
    Map<String, String> all = new TreeMap<>(headers);
    all.put(name, value);
    return new Answer(status, all, body);
  }
}
