package io.clusterdb.tasks.scheduler.topology;

import io.clusterdb.tasks.record.JobHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.ByteUtils;
import org.jspecify.annotations.Nullable;

/**
 * Waiting jobs as bytes in the store: version (1 byte), number of headers, each header's name and
 * value, the payload. Numbers are unsigned varints. A name is its number in {@link #NAMES} plus
 * one, or 0 and the text; a value is its length plus one and the bytes, or 0 for null.
 */
final class WaitingJobFormat {
  private static final byte VERSION = 1;

  /** Names that cost one byte; only ever added to, at the end. */
  private static final List<String> NAMES =
      List.of(
          JobHeaders.LAYOUT,
          JobHeaders.ID,
          JobHeaders.RUN,
          JobHeaders.TYPE,
          JobHeaders.QUEUE,
          JobHeaders.KEY,
          JobHeaders.ATTEMPT,
          JobHeaders.MAX_ATTEMPTS,
          JobHeaders.RETRY,
          JobHeaders.PRIORITY,
          JobHeaders.CREATED_AT,
          JobHeaders.TIMEOUT_MS,
          JobHeaders.REPLY_TO,
          JobHeaders.REPLY_KEY,
          JobHeaders.BATCH_ID,
          JobHeaders.UNIQUE_KEY,
          JobHeaders.ERROR_TYPE,
          JobHeaders.ERROR_MESSAGE,
          JobHeaders.ERROR_HISTORY,
          JobHeaders.FAILED_AT,
          JobHeaders.CONTENT_TYPE,
          JobHeaders.TRACEPARENT,
          JobHeaders.TRACESTATE);

  private static final Map<String, Integer> NUMBERS = numbers();

  private WaitingJobFormat() {}

  static byte[] write(WaitingJob job) {
    int count = 0;
    int size = 1 + sizeOf(job.value());
    for (Header header : job.headers()) {
      size += sizeOfName(header.key()) + sizeOf(header.value());
      count++;
    }
    ByteBuffer out = ByteBuffer.allocate(size + ByteUtils.sizeOfUnsignedVarint(count));
    out.put(VERSION);
    ByteUtils.writeUnsignedVarint(count, out);
    for (Header header : job.headers()) {
      writeName(header.key(), out);
      writeBytes(header.value(), out);
    }
    writeBytes(job.value(), out);
    return out.array();
  }

  /**
   * Reads a job.
   *
   * @throws IllegalStateException if the bytes are not of this format
   */
  static WaitingJob read(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte version = in.get();
    if (version != VERSION) {
      throw new IllegalStateException(
          "expected a waiting job in format %d, found format %d: the store was written by a newer scheduler. Run that one."
              .formatted(VERSION, version));
    }
    int count = ByteUtils.readUnsignedVarint(in);
    RecordHeaders headers = new RecordHeaders();
    for (int i = 0; i < count; i++) {
      headers.add(readName(in), readBytes(in));
    }
    return new WaitingJob(headers, readBytes(in));
  }

  private static Map<String, Integer> numbers() {
    Map<String, Integer> numbers = new HashMap<>();
    for (String name : NAMES) {
      numbers.put(name, numbers.size() + 1);
    }
    return Map.copyOf(numbers);
  }

  private static int sizeOfName(String name) {
    return NUMBERS.containsKey(name) ? 1 : 1 + sizeOf(name.getBytes(StandardCharsets.UTF_8));
  }

  private static void writeName(String name, ByteBuffer out) {
    int number = NUMBERS.getOrDefault(name, 0);
    ByteUtils.writeUnsignedVarint(number, out);
    if (number == 0) {
      writeBytes(name.getBytes(StandardCharsets.UTF_8), out);
    }
  }

  private static String readName(ByteBuffer in) {
    int number = ByteUtils.readUnsignedVarint(in);
    if (number > 0) {
      return NAMES.get(number - 1);
    }
    byte[] name = readBytes(in);
    return name == null ? "" : new String(name, StandardCharsets.UTF_8);
  }

  private static int sizeOf(byte @Nullable [] bytes) {
    return bytes == null ? 1 : ByteUtils.sizeOfUnsignedVarint(bytes.length + 1) + bytes.length;
  }

  private static void writeBytes(byte @Nullable [] bytes, ByteBuffer out) {
    if (bytes == null) {
      ByteUtils.writeUnsignedVarint(0, out);
      return;
    }
    ByteUtils.writeUnsignedVarint(bytes.length + 1, out);
    out.put(bytes);
  }

  private static byte @Nullable [] readBytes(ByteBuffer in) {
    int length = ByteUtils.readUnsignedVarint(in);
    if (length == 0) {
      return null;
    }
    byte[] bytes = new byte[length - 1];
    in.get(bytes);
    return bytes;
  }
}
