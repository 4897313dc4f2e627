package io.clusterdb.tasks.it;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requests that fuzzing found, and what is known to break services of the kind, kept for ever: a
 * case on each line of {@code corpus/http.txt}, whose head says of which form. Its characters are
 * bytes, so that a case may be broken text too.
 */
final class HttpCorpus {
  private static final Pattern CASE =
      Pattern.compile("(\\S+) (\\S+) (\\S+)(?: (?:(\\d+)\\* )?(.*))?");

  private HttpCorpus() {}

  /** Every case, in the order of the file. */
  static List<HttpFuzz.Request> requests() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(HttpCorpus.class.getResourceAsStream("/corpus/http.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(HttpCorpus::request)
          .toList();
    }
  }

  private static HttpFuzz.Request request(String line) {
    Matcher parts = CASE.matcher(line);
    if (!parts.matches()) {
      throw new IllegalArgumentException("expected method, path, media type, body; found " + line);
    }
    String media = parts.group(3).equals("-") ? "" : "Content-Type: " + parts.group(3) + "\r\n";
    String body = parts.group(5) == null ? "" : parts.group(5).translateEscapes();
    int times = parts.group(4) == null ? 1 : Integer.parseInt(parts.group(4));
    byte[] bytes = body.repeat(times).getBytes(StandardCharsets.ISO_8859_1);
    String head =
        "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n%sContent-Length: %d\r\n\r\n"
            .formatted(parts.group(1), parts.group(2), media, bytes.length);
    return new HttpFuzz.Request(head, bytes);
  }
}
