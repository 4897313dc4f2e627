package io.clusterdb.tasks.record;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.RetryPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of a queue as jobs. A record without any of the platform's headers is a job too:
 * its id and run come from its place on the log. Thread-safe.
 */
public final class JobRecordReader {
  private static final long MAX_DELAY_MS = Duration.ofDays(36_500).toMillis();

  /** Far enough, and what is added to it does not overflow. */
  private static final long MAX_TIME_MS = Long.MAX_VALUE / 4;

  private final String defaultType;

  /**
   * Creates a reader.
   *
   * @param defaultType type of records that name none
   */
  public JobRecordReader(String defaultType) {
    this.defaultType = defaultType;
  }

  /** The id of a job that names none: its place on the log. */
  public static String placeId(String topic, int partition, long offset) {
    return topic + "-" + partition + "-" + offset;
  }

  /**
   * Reads a record.
   *
   * @throws MalformedJobException if a header is not what it must be
   */
  public JobRecord read(ConsumerRecord<byte[], byte[]> record) throws MalformedJobException {
    String id = null;
    String run = null;
    String type = null;
    String key = null;
    int attempt = 1;
    int maxAttempts = 0;
    RetryPolicy retry = null;
    Priority priority = Priority.NORMAL;
    long createdAt = record.timestamp();
    long delay = 0;
    long notBefore = 0;
    long timeout = 0;
    ReplyTo replyTo = null;
    boolean freesKey = false;
    for (Header header : record.headers()) {
      String name = header.key();
      if (!name.startsWith("job-")) {
        continue;
      }
      switch (name) {
        case JobHeaders.LAYOUT -> layout(header);
        case JobHeaders.ID -> id = name(header);
        case JobHeaders.RUN -> run = name(header);
        case JobHeaders.TYPE -> type = name(header);
        case JobHeaders.KEY -> key = HeaderText.of(header);
        case JobHeaders.ATTEMPT -> attempt = (int) number(header, 1, 1_000_000);
        case JobHeaders.MAX_ATTEMPTS -> maxAttempts = (int) number(header, 1, 1_000_000);
        case JobHeaders.RETRY -> retry = policy(header);
        case JobHeaders.PRIORITY -> priority = priority(header);
        case JobHeaders.CREATED_AT -> createdAt = time(header);
        case JobHeaders.DELAY_MS -> delay = number(header, 0, MAX_DELAY_MS);
        case JobHeaders.NOT_BEFORE -> notBefore = time(header);
        case JobHeaders.TIMEOUT_MS -> timeout = number(header, 1, MAX_DELAY_MS);
        case JobHeaders.REPLY_TO -> replyTo = replyTo(header);
        case JobHeaders.UNIQUE_RELEASE -> freesKey = true;
        default -> {
          // Unknown headers travel along.
        }
      }
    }
    if (id == null || run == null) {
      String place = placeId(record.topic(), record.partition(), record.offset());
      run = run == null ? place : run;
      if (id == null) {
        id = place;
        key = key == null ? text(record.key()) : key;
      }
    }
    if (delay > 0) {
      notBefore = Math.max(notBefore, record.timestamp() + delay);
    }
    return new JobRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.key(),
        record.value(),
        record.headers(),
        id,
        run,
        type == null ? defaultType : type,
        key,
        attempt,
        maxAttempts,
        retry,
        priority,
        createdAt,
        notBefore,
        timeout,
        replyTo,
        freesKey);
  }

  /**
   * A job of which nothing but its place on the log is sure, for the dead letter of a record that
   * {@link #read} refuses.
   *
   * @param type what its type is taken to be, unless a readable header names one
   */
  public static JobRecord bare(ConsumerRecord<byte[], byte[]> record, String type) {
    String place = placeId(record.topic(), record.partition(), record.offset());
    return new JobRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.key(),
        record.value(),
        record.headers(),
        nameOr(record, JobHeaders.ID, place),
        nameOr(record, JobHeaders.RUN, place),
        nameOr(record, JobHeaders.TYPE, type),
        null,
        1,
        0,
        null,
        Priority.NORMAL,
        record.timestamp(),
        0,
        0,
        null,
        false);
  }

  private static String nameOr(
      ConsumerRecord<byte[], byte[]> record, String header, String otherwise) {
    String text = HeaderText.of(record.headers(), header);
    return text == null || text.isBlank() || text.length() > Job.MAX_NAME_LENGTH ? otherwise : text;
  }

  private static void layout(Header header) throws MalformedJobException {
    String version = HeaderText.of(header);
    if (!version.equals(JobHeaders.LAYOUT_VERSION)) {
      throw malformed(header, JobHeaders.LAYOUT_VERSION + ", the only layout that is known");
    }
  }

  private static String name(Header header) throws MalformedJobException {
    String text = HeaderText.of(header);
    if (text.isBlank() || text.length() > Job.MAX_NAME_LENGTH) {
      throw malformed(header, "text of 1 to " + Job.MAX_NAME_LENGTH + " characters");
    }
    return text;
  }

  private static long number(Header header, long least, long most) throws MalformedJobException {
    try {
      long number = Long.parseLong(HeaderText.of(header).trim());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw malformed(header, "a whole number from " + least + " to " + most);
  }

  private static long time(Header header) throws MalformedJobException {
    String text = HeaderText.of(header).trim();
    try {
      if (text.indexOf('T') <= 0) {
        return number(header, 0, MAX_TIME_MS);
      }
      long time = Instant.parse(text).toEpochMilli();
      if (time >= -MAX_TIME_MS && time <= MAX_TIME_MS) {
        return time;
      }
    } catch (DateTimeParseException | ArithmeticException e) {
      // It is told below.
    }
    throw malformed(header, "milliseconds since 1970 or a time such as 2026-12-01T00:00:00Z");
  }

  private static Priority priority(Header header) throws MalformedJobException {
    try {
      return Priority.parse(HeaderText.of(header));
    } catch (IllegalArgumentException e) {
      throw malformed(header, "high, normal or low");
    }
  }

  private static ReplyTo replyTo(Header header) throws MalformedJobException {
    String text = HeaderText.of(header);
    for (ReplyTo value : ReplyTo.values()) {
      if (value.text().equals(text)) {
        return value;
      }
    }
    throw malformed(header, "caller, workflow or schedule");
  }

  private static RetryPolicy policy(Header header) throws MalformedJobException {
    try {
      return RetryPolicyText.read(HeaderText.of(header));
    } catch (IllegalArgumentException e) {
      throw malformed(header, "a retry policy as JSON (" + e.getMessage() + ")");
    }
  }

  private static @Nullable String text(byte @Nullable [] key) {
    return key == null ? null : new String(key, StandardCharsets.UTF_8);
  }

  private static MalformedJobException malformed(Header header, String expected) {
    String found = HeaderText.of(header);
    String shown = found.length() > 80 ? found.substring(0, 80) + "..." : found;
    return new MalformedJobException(
        "header " + header.key() + " expects " + expected + ", found \"" + shown + "\"");
  }
}
