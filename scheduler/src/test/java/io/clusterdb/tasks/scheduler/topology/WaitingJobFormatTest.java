package io.clusterdb.tasks.scheduler.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.record.JobHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaitingJobFormatTest {
  @Test
  void keepsHeadersInTheirOrderWithDuplicatesAndNulls() {
    RecordHeaders headers = new RecordHeaders();
    headers.add(JobHeaders.ID, bytes("job-1"));
    headers.add("x-über", new byte[0]);
    headers.add("x-über", bytes("again"));
    headers.add("x-none", null);
    WaitingJob read = roundTrip(new WaitingJob(headers, bytes("payload")));
    assertThat(read.headers()).isEqualTo(headers);
    assertThat(read.value()).isEqualTo(bytes("payload"));
  }

  @Test
  void tellsNoPayloadFromAnEmptyOne() {
    assertThat(roundTrip(new WaitingJob(new RecordHeaders(), null)).value()).isNull();
    assertThat(roundTrip(new WaitingJob(new RecordHeaders(), new byte[0])).value()).isEmpty();
  }

  @Test
  void namesOfThePlatformCostOneByte() {
    RecordHeaders headers = new RecordHeaders();
    headers.add(JobHeaders.MAX_ATTEMPTS, bytes("3"));
    assertThat(WaitingJobFormat.write(new WaitingJob(headers, null)))
        .hasSize("version, count, name, length, value, no payload".split(",").length);
  }

  @Test
  void refusesAFormatOfTheFuture() {
    byte[] bytes = WaitingJobFormat.write(new WaitingJob(new RecordHeaders(), null));
    bytes[0] = 2;
    assertThatThrownBy(() -> WaitingJobFormat.read(bytes))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("format 1, found format 2");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void anyJobIsReadAsItWasWritten(long seed) {
    Random random = new Random(seed);
    RecordHeaders headers = new RecordHeaders();
    for (int i = random.nextInt(30); i > 0; i--) {
      headers.add("h" + random.nextInt(5), random(random, 300));
    }
    byte[] value = random(random, 100_000);
    WaitingJob read = roundTrip(new WaitingJob(headers, value));
    assertThat(read.headers()).as("seed %d", seed).isEqualTo(headers);
    assertThat(read.value()).isEqualTo(value);
  }

  private static WaitingJob roundTrip(WaitingJob job) {
    return WaitingJobFormat.read(WaitingJobFormat.write(job));
  }

  private static byte[] random(Random random, int most) {
    byte[] bytes = new byte[random.nextInt(most)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
