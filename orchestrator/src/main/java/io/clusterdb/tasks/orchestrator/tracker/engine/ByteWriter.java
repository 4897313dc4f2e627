package io.clusterdb.tasks.orchestrator.tracker.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes compact bytes: small numbers take one, texts their length and UTF-8. Not thread-safe. */
public final class ByteWriter {
  private byte[] bytes = new byte[192];
  private int size;

  /** Creates an empty one. */
  public ByteWriter() {}

  /** Forgets what was written. */
  public ByteWriter clear() {
    size = 0;
    return this;
  }

  /** What was written. */
  public byte[] bytes() {
    return Arrays.copyOf(bytes, size);
  }

  /** A byte. */
  public ByteWriter put(int value) {
    room(1);
    bytes[size++] = (byte) value;
    return this;
  }

  /** A number that is not negative, in as few bytes as it takes. */
  public ByteWriter number(long value) {
    room(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
    return this;
  }

  /** A number that may be negative. */
  public ByteWriter signed(long value) {
    return number((value << 1) ^ (value >> 63));
  }

  /** A text, or null. */
  public ByteWriter text(@Nullable String text) {
    if (text == null) {
      return number(0);
    }
    byte[] utf8 = text.getBytes(UTF_8);
    number(utf8.length + 1L);
    room(utf8.length);
    System.arraycopy(utf8, 0, bytes, size, utf8.length);
    size += utf8.length;
    return this;
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
