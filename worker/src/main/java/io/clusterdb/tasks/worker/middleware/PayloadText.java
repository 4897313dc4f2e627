package io.clusterdb.tasks.worker.middleware;

import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.codec.Sealing;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Payloads as a line of a log shows them: redacted first, then shortened. */
final class PayloadText {
  static final int MAX_LENGTH = 1_000;

  private final UnaryOperator<String> redact;
  private final Redaction paths;

  PayloadText(UnaryOperator<String> redact, List<String> paths) {
    this.redact = redact;
    this.paths = new Redaction(paths);
  }

  String of(Payload payload) {
    byte[] bytes = payload.bytes();
    if (bytes == null) {
      return "none";
    }
    if (!isText(payload.contentType())) {
      return bytes.length + " bytes of " + line(payload.contentType());
    }
    try {
      return line(redact.apply(paths.apply(payload.text())));
    } catch (RuntimeException e) {
      return "not shown, since its redaction failed with " + e.getClass().getSimpleName();
    }
  }

  private static boolean isText(String contentType) {
    if (Sealing.isSealed(contentType)) {
      return false;
    }
    String type = contentType.toLowerCase(Locale.ROOT);
    return type.startsWith("text/") || type.contains("json") || type.contains("xml");
  }

  /** Text on one line that nothing in it can break out of, at most {@value #MAX_LENGTH} long. */
  static String line(String text) {
    String start = text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH);
    StringBuilder line = new StringBuilder(start.length() + 1);
    for (int i = 0; i < start.length(); i++) {
      char c = start.charAt(i);
      switch (c) {
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        case '\t' -> line.append("\\t");
        default -> line.append(Character.isISOControl(c) ? '\ufffd' : c);
      }
    }
    return start.length() < text.length() ? line.append('…').toString() : line.toString();
  }
}
