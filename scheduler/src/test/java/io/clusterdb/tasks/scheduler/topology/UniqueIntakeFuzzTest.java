package io.clusterdb.tasks.scheduler.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import io.clusterdb.tasks.record.MalformedJobException;
import io.clusterdb.tasks.scheduler.engine.UniqueKeys;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Headers of unique jobs that make no sense, by a seed: an ask for a key, or malformed. */
class UniqueIntakeFuzzTest {
  private static final int RECORDS = 30_000;

  /** What the scheduler reads of a job that asks for its key, waits for it, and leaves. */
  private static final List<String> NAMES =
      List.of(
          JobHeaders.UNIQUE_KEY,
          JobHeaders.UNIQUE_POLICY,
          JobHeaders.UNIQUE_WINDOW_MS,
          JobHeaders.UNIQUE_RELEASE,
          JobHeaders.UNIQUE_REPLY_KEY,
          JobHeaders.ID,
          JobHeaders.RUN,
          JobHeaders.QUEUE,
          JobHeaders.KEY,
          JobHeaders.PRIORITY,
          JobHeaders.ATTEMPT,
          JobHeaders.CREATED_AT,
          JobHeaders.NOT_BEFORE,
          JobHeaders.DELAY_MS);

  private static final List<String> VALUES =
      List.of(
          "k",
          "",
          " ",
          "\u0000",
          "first",
          "REPLACE",
          "reject",
          "sometimes",
          "0",
          "1",
          " 60000 ",
          "-1",
          "+7",
          "31622400000",
          "31622400001",
          "9223372036854775807",
          "99999999999999999999",
          "1e9",
          "٣",
          "2026-11-26T18:00:00Z",
          "+1000000000-12-31T23:59:59Z",
          "high",
          "x".repeat(501),
          "\uD83D\uDE00".repeat(250));

  @Test
  void anyHeadersAreAnAskOrMalformed() {
    int malformed = 0;
    for (int seed = 0; seed < RECORDS; seed++) {
      malformed += isMalformed(headers(new Random(seed)), "seed " + seed) ? 1 : 0;
    }
    assertThat(malformed).isBetween(RECORDS / 10, RECORDS - RECORDS / 20);
  }

  private static boolean isMalformed(RecordHeaders headers, String which) {
    try {
      WaitingJob job = JobIntake.waiting(JobIntake.read(record(headers), new Place()), "mail");
      UniqueKeys.Ask ask = UniqueIntake.read(job);
      assertThat(ask.key()).as(which).startsWith(job.queue() + "/");
      assertThat(ask.windowMs()).as(which).isPositive();
      WaitingJob stored = WaitingJobFormat.read(WaitingJobFormat.write(job));
      assertThat(stored.headers()).as(which).isEqualTo(job.headers());
      assertThat(stored.lane()).as(which).isNotNull();
      assertThat(stored.key()).as(which).isNotNull();
      assertThat(stored.createdAt()).as(which).isNotNegative();
      return false;
    } catch (MalformedJobException e) {
      assertThat(e.getMessage()).as(which).contains("expects");
      return true;
    } catch (RuntimeException e) {
      return fail("a header stops the scheduler, " + which + ": " + headers, e);
    }
  }

  private static RecordHeaders headers(Random random) {
    RecordHeaders headers = new RecordHeaders();
    if (random.nextInt(4) > 0) {
      headers.add(JobHeaders.UNIQUE_KEY, HeaderText.bytes("k"));
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      headers.add(NAMES.get(random.nextInt(NAMES.size())), value(random));
    }
    return headers;
  }

  private static byte @Nullable [] value(Random random) {
    if (random.nextInt(20) == 0) {
      return null;
    }
    if (random.nextInt(8) == 0) {
      byte[] noise = new byte[random.nextInt(12)];
      random.nextBytes(noise);
      return noise;
    }
    return HeaderText.bytes(VALUES.get(random.nextInt(VALUES.size())));
  }

  private static Record<byte[], byte[]> record(RecordHeaders headers) {
    return new Record<>(new byte[] {'k'}, new byte[0], 1_700_000_000_000L, headers);
  }

  private record Place() implements RecordMetadata {
    @Override
    public String topic() {
      return "tasks.unique";
    }

    @Override
    public int partition() {
      return 3;
    }

    @Override
    public long offset() {
      return 42;
    }
  }
}
