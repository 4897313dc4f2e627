package io.clusterdb.tasks.record;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Headers as text. */
public final class HeaderText {
  private HeaderText() {}

  /** A header's value as text; empty where it has none. */
  public static String of(Header header) {
    byte[] value = header.value();
    return value == null ? "" : new String(value, StandardCharsets.UTF_8);
  }

  /** Text of the last header of this name; null where there is none. */
  public static @Nullable String of(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null ? null : of(header);
  }

  /** Text as a header's value. */
  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A number as a header's value. */
  public static byte[] bytes(long number) {
    return bytes(Long.toString(number));
  }
}
