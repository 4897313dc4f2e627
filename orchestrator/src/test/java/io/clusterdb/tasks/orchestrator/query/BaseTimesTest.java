package io.clusterdb.tasks.orchestrator.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class BaseTimesTest {
  private static final TopicPartition PLACE = new TopicPartition("tasks.orders", 0);

  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger reads = new AtomicInteger();
  private final MockConsumer<byte[], byte[]> log = new MockConsumer<>("earliest");
  private final BaseTimes times =
      new BaseTimes(
          () -> {
            log.updateBeginningOffsets(Map.of(PLACE, 0L));
            return log;
          },
          now::get);

  private void appended(long offset, long time) {
    log.schedulePollTask(
        () -> {
          reads.incrementAndGet();
          log.addRecord(
              new ConsumerRecord<>(
                  PLACE.topic(),
                  PLACE.partition(),
                  offset,
                  time,
                  TimestampType.LOG_APPEND_TIME,
                  0,
                  0,
                  null,
                  new byte[0],
                  new RecordHeaders(),
                  Optional.empty()));
        });
  }

  @Test
  void aPlaceIsReadOnceForAWhile() {
    appended(7, 1_000);
    assertThat(times.of(Map.of(PLACE, 7L))).containsEntry(PLACE, 1_000L);
    assertThat(times.of(Map.of(PLACE, 7L))).containsEntry(PLACE, 1_000L);
    assertThat(reads).hasValue(1);
  }

  @Test
  void anotherPlaceIsRead() {
    appended(7, 1_000);
    times.of(Map.of(PLACE, 7L));
    appended(8, 2_000);
    assertThat(times.of(Map.of(PLACE, 8L))).containsEntry(PLACE, 2_000L);
    assertThat(reads).hasValue(2);
  }

  @Test
  void theSamePlaceOfATopicThatWasMadeAnewIsReadAfterAWhile() {
    appended(0, 1_000);
    times.of(Map.of(PLACE, 0L));
    now.addAndGet(Duration.ofSeconds(30).toNanos());
    appended(0, 9_000);
    assertThat(times.of(Map.of(PLACE, 0L))).containsEntry(PLACE, 9_000L);
  }
}
