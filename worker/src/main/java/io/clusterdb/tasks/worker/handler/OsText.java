package io.clusterdb.tasks.worker.handler;

import io.clusterdb.tasks.PermanentFailure;
import java.nio.charset.StandardCharsets;

/** Text on its way to a process. */
final class OsText {
  private OsText() {}

  /**
   * Refuses text that no argument and no variable can carry.
   *
   * @param what names it in the error
   */
  static void check(String what, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new PermanentFailure(
          what
              + " of the command would hold a NUL character, which no process can be given."
              + " Read the payload from standard input instead.");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new PermanentFailure(
          what
              + " of the command would hold half of a surrogate pair, which UTF-8 has no bytes for."
              + " Correct the text that the job was enqueued with.");
    }
  }

  /** UTF-8 bytes as {@code printf %b} reads them: ASCII as it is, the rest in octal. */
  static String octal(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b > 0 && b != '\\') {
        encoded.append((char) b);
      } else {
        int value = b & 0xff;
        encoded
            .append("\\0")
            .append((char) ('0' + (value >> 6)))
            .append((char) ('0' + ((value >> 3) & 7)))
            .append((char) ('0' + (value & 7)));
      }
    }
    return encoded.toString();
  }
}
