package io.clusterdb.tasks.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.clusterdb.tasks.Corpus;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.trace.TraceContext;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Headers that make no sense, by a seed: they are read, or the job is malformed, and says why. */
class JobHeadersFuzzTest {
  private static final int RECORDS = 50_000;

  /** Constants that are values of a header, not its name. */
  private static final Set<String> VALUES = Set.of("LAYOUT_VERSION", "UNIQUE_RELEASE_END");

  /** Every name that there is, so that a new one is among them, and such as nobody knows. */
  private static final List<String> NAMES =
      Stream.concat(
              Arrays.stream(JobHeaders.class.getFields())
                  .filter(field -> !VALUES.contains(field.getName()))
                  .map(JobHeadersFuzzTest::text)
                  .sorted(),
              Stream.of("job-", "job-of-tomorrow", JobHeaders.META_PREFIX + "a"))
          .toList();

  private static final List<String> PIECES =
      List.of(
          "1",
          "-1",
          "0",
          "9223372036854775807",
          "99999999999999999999",
          "1e999",
          "NaN",
          "workflow",
          "first",
          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
          "a=b,c=d",
          "HIGH",
          "2026-11-26T18:00:00Z",
          "+1000000000-12-31T23:59:59.999999999Z",
          "-1000000000-01-01T00:00:00Z",
          "{\"max_attempts\":3,\"backoff\":{\"type\":\"exponential\",\"initial\":\"1s\"}}",
          "{",
          "}",
          "[",
          "[[[[",
          "\"",
          ":",
          ",",
          ";",
          "=",
          " ",
          "\u0000",
          "\uD83D\uDE00",
          "a");

  private final JobRecordReader reader = new JobRecordReader("Fallback");

  @Test
  void anyHeadersAreReadOrMalformed() {
    int malformed = 0;
    for (int seed = 0; seed < RECORDS; seed++) {
      malformed += isMalformed(headers(new Random(seed)), "seed " + seed) ? 1 : 0;
    }
    assertThat(malformed).isBetween(RECORDS / 10, RECORDS - RECORDS / 10);
  }

  @Test
  void whatWasFoundIsReadOrMalformedStill() {
    int malformed = 0;
    for (String found : Corpus.of("headers")) {
      RecordHeaders headers = new RecordHeaders();
      for (String header : found.split("\t", -1)) {
        String[] parts = header.split("=", 2);
        headers.add(parts[0], HeaderText.bytes(parts[1]));
      }
      malformed += isMalformed(headers, found) ? 1 : 0;
    }
    assertThat(malformed).isBetween(1, Corpus.of("headers").size() - 1);
  }

  @Test
  void aTimeThatNoClockReachesIsMalformed() {
    for (String time : List.of("+1000000000-12-31T23:59:59Z", "-1000000000-01-01T00:00:00Z")) {
      RecordHeaders headers = new RecordHeaders();
      headers.add(JobHeaders.NOT_BEFORE, HeaderText.bytes(time));
      assertThat(isMalformed(headers, time)).as(time).isTrue();
    }
  }

  private boolean isMalformed(Headers headers, String which) {
    try {
      JobRecord job = reader.read(record(headers));
      assertThat(job.id()).as("id, %s", which).isNotEmpty();
      assertThat(job.attempt()).as("attempt, %s", which).isPositive();
      use(job, which);
      return false;
    } catch (MalformedJobException e) {
      assertThat(e.getMessage()).as(which).isNotBlank();
      return true;
    } catch (RuntimeException e) {
      return fail("a header stops the queue, " + which + ": " + headers, e);
    }
  }

  /** What is read later, when nobody can call the job malformed any more. */
  private static void use(JobRecord job, String which) {
    RetryPolicy retry = job.retry();
    if (retry != null) {
      assertThat(retry.delayAfter(job.attempt(), new Random(1)))
          .as(which)
          .isBetween(Duration.ZERO, Duration.ofMillis(Long.MAX_VALUE));
    }
    assertThat(job.metadata()).as(which).doesNotContainValue(null);
    assertThat(job.contentType()).as(which).isNotNull();
    assertThat(ErrorHistory.read(job.header(JobHeaders.ERROR_HISTORY))).as(which).isNotNull();
    TraceContext trace = TraceContext.of(job.headers());
    if (trace != null) {
      assertThat(TraceContext.of(trace.parent(), trace.state())).as(which).isEqualTo(trace);
    }
  }

  private static String text(Field constant) {
    try {
      return String.valueOf(constant.get(null));
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private static Headers headers(Random random) {
    RecordHeaders headers = new RecordHeaders();
    for (int i = random.nextInt(4); i >= 0; i--) {
      headers.add(NAMES.get(random.nextInt(NAMES.size())), value(random));
    }
    return headers;
  }

  private static byte @Nullable [] value(Random random) {
    if (random.nextInt(20) == 0) {
      return null;
    }
    if (random.nextInt(5) == 0) {
      byte[] noise = new byte[random.nextInt(12)];
      random.nextBytes(noise);
      return noise;
    }
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static ConsumerRecord<byte[], byte[]> record(Headers headers) {
    return new ConsumerRecord<>(
        "tasks.q",
        3,
        42,
        1_700_000_000_000L,
        TimestampType.LOG_APPEND_TIME,
        0,
        0,
        null,
        null,
        headers,
        Optional.empty());
  }
}
