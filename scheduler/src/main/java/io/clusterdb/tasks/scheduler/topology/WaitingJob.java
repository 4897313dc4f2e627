package io.clusterdb.tasks.scheduler.topology;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A job on its way: everything that its record at the queue will have. Its headers spell out its
 * id, run and queue, and no longer its wait.
 *
 * @param headers the record's headers
 * @param value the payload, untouched; null for none
 */
@SuppressWarnings("ArrayRecordComponent") // a record's parts, never compared
record WaitingJob(Headers headers, byte @Nullable [] value) {
  /** What headers and framing of a record of any size add, with room to spare. */
  private static final int RECORD_OVERHEAD = 200;

  private static final int HEADER_OVERHEAD = 10;

  /** Name of its queue. */
  String queue() {
    return required(JobHeaders.QUEUE);
  }

  /** Its id. */
  String id() {
    return required(JobHeaders.ID);
  }

  /** Its run. */
  String run() {
    return required(JobHeaders.RUN);
  }

  /** When it was enqueued, in milliseconds since 1970; 0 if its header is no time. */
  long createdAt() {
    String text = required(JobHeaders.CREATED_AT).trim();
    try {
      return text.indexOf('T') > 0 ? Instant.parse(text).toEpochMilli() : Long.parseLong(text);
    } catch (NumberFormatException | DateTimeParseException | ArithmeticException e) {
      return 0;
    }
  }

  /** A header's text; null where it has none. */
  @Nullable String text(String header) {
    return HeaderText.of(headers, header);
  }

  /** Its lane. */
  Priority lane() {
    String lane = HeaderText.of(headers, JobHeaders.PRIORITY);
    return lane == null ? Priority.NORMAL : Priority.parse(lane);
  }

  /** Key of its record at the queue: its ordering key, else its id. */
  byte[] key() {
    String key = HeaderText.of(headers, JobHeaders.KEY);
    return HeaderText.bytes(key == null ? id() : key);
  }

  /** An upper bound of its record's size at the queue, in bytes. */
  int bytes() {
    return bytes(headers, value);
  }

  /** An upper bound of the size of a record of these parts, in bytes; its key is in its headers. */
  static int bytes(Headers headers, byte @Nullable [] value) {
    long bytes = RECORD_OVERHEAD + (value == null ? 0L : value.length);
    long largest = 0;
    for (var header : headers) {
      byte[] text = header.value();
      int length = text == null ? 0 : text.length;
      largest = Math.max(largest, length);
      bytes += HEADER_OVERHEAD + 3L * header.key().length() + length;
    }
    return (int) Math.min(Integer.MAX_VALUE, bytes + largest);
  }

  private String required(String header) {
    String text = HeaderText.of(headers, header);
    if (text == null) {
      throw new IllegalStateException(
          "expected a waiting job with header " + header + ", found " + Map.of("headers", headers));
    }
    return text;
  }
}
