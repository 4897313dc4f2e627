package io.clusterdb.tasks.orchestrator.tracker.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link ByteWriter} wrote. Throws {@link IndexOutOfBoundsException} where the bytes end
 * early. Not thread-safe.
 */
public final class ByteReader {
  private final byte[] bytes;
  private int at;

  /** Reads these bytes from their start. */
  public ByteReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A byte. */
  public int next() {
    return bytes[at++];
  }

  /** A number that is not negative. */
  public long number() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes[at++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  /** A number that may be negative. */
  public long signed() {
    long value = number();
    return (value >>> 1) ^ -(value & 1);
  }

  /** A text, or null. */
  public @Nullable String text() {
    int length = (int) number() - 1;
    if (length < 0) {
      return null;
    }
    String text = new String(bytes, at, length, UTF_8);
    at += length;
    return text;
  }

  /** A text that was not null. */
  public String word() {
    String text = text();
    return text == null ? "" : text;
  }
}
