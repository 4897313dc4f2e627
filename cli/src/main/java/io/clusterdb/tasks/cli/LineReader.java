package io.clusterdb.tasks.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of UTF-8 as they are: only the line feed ends one, nothing is trimmed, and a last
 * line counts without it. A line that is not UTF-8 or too long is reported, and reading goes on
 * behind it. Not thread-safe.
 */
final class LineReader {
  private final InputStream in;
  private final int maxBytes;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private long number;

  /**
   * Reads this stream.
   *
   * @param maxBytes longest line
   */
  LineReader(InputStream in, int maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /** A line of the input. */
  sealed interface Line {
    /** Its number, from 1. */
    long number();

    /** A line that could be read; {@code size} is its length in bytes. */
    record Text(long number, String text, int size) implements Line {}

    /** A line that could not be read, and why. */
    record Bad(long number, String reason) implements Line {}
  }

  /** The next line; null at the end. */
  @Nullable Line next() throws IOException {
    if (position == limit && !fill()) {
      return null;
    }
    number++;
    int end = endOfLine();
    if (end >= 0) { // the usual case: the whole line is in the buffer
      Line line = line(buffer, position, end - position);
      position = end + 1;
      return line;
    }
    return longLine();
  }

  private Line longLine() throws IOException {
    ByteArrayOutputStream collected = new ByteArrayOutputStream();
    long size = 0;
    boolean more = true;
    while (more) {
      int end = endOfLine();
      int stop = end < 0 ? limit : end;
      size += stop - position;
      if (size <= maxBytes) {
        collected.write(buffer, position, stop - position);
      }
      position = end < 0 ? stop : end + 1;
      more = end < 0 && fill();
    }
    return size > maxBytes
        ? new Line.Bad(number, "expected at most %,d bytes, found %,d".formatted(maxBytes, size))
        : line(collected.toByteArray(), 0, (int) size);
  }

  private Line line(byte[] bytes, int offset, int length) {
    if (length > maxBytes) {
      return new Line.Bad(
          number, "expected at most %,d bytes, found %,d".formatted(maxBytes, length));
    }
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes, offset, length))
              .toString();
      return new Line.Text(number, text, length);
    } catch (CharacterCodingException e) {
      return new Line.Bad(
          number,
          "expected UTF-8, found \"%s\", which JSON cannot carry"
              .formatted(new String(bytes, offset, Math.min(length, 200), StandardCharsets.UTF_8)));
    }
  }

  private int endOfLine() {
    for (int i = position; i < limit; i++) {
      if (buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private boolean fill() throws IOException {
    int count = in.read(buffer);
    position = 0;
    limit = Math.max(0, count);
    return count > 0;
  }
}
