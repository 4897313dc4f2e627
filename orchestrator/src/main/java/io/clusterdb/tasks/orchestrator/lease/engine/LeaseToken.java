package io.clusterdb.tasks.orchestrator.lease.engine;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * What a lease names: where it is held, which attempt it is about, and a secret, without which
 * nobody guesses another's lease.
 *
 * @param instance {@code host:port} of the API of the instance that holds it
 * @param queue the queue
 * @param topic the topic of the job's record
 * @param partition of the record
 * @param offset of the record
 * @param attempt number of the attempt, from 1
 * @param secret random
 */
public record LeaseToken(
    String instance,
    String queue,
    String topic,
    int partition,
    long offset,
    int attempt,
    String secret) {
  private static final String LAYOUT = "1";
  private static final char SEPARATOR = ' '; // in none of the parts
  private static final int PARTS = 8;
  private static final int MAX_LENGTH = 2_000;

  /** As text for callers: letters, digits, - and _. */
  public String text() {
    String plain =
        String.join(
            String.valueOf(SEPARATOR),
            LAYOUT,
            instance,
            queue,
            topic,
            String.valueOf(partition),
            String.valueOf(offset),
            String.valueOf(attempt),
            secret);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(plain.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads a token; empty if it is none. */
  public static Optional<LeaseToken> parse(String text) {
    if (text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
      String[] parts = plain.split(String.valueOf(SEPARATOR), -1);
      if (parts.length != PARTS || !parts[0].equals(LAYOUT)) {
        return Optional.empty();
      }
      return Optional.of(
          new LeaseToken(
              parts[1],
              parts[2],
              parts[3],
              Integer.parseInt(parts[4]),
              Long.parseLong(parts[5]),
              Integer.parseInt(parts[6]),
              parts[7]));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // neither Base64 nor a number
    }
  }
}
