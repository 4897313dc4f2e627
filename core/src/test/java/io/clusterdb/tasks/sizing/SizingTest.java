package io.clusterdb.tasks.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SizingTest {
  private static final long TB = 1_000_000_000_000L;

  private static Load load(double perSecond, long payload, Duration handler) {
    return new Load(
        perSecond, perSecond, payload, handler, 1, Duration.ofDays(7), 3, null, null, 0, TB);
  }

  @Test
  void slotsAreRateTimesHandlerTimeAndSomeStayFree() {
    Sizing sizing = Sizing.of(load(700, 1_000, Duration.ofSeconds(1)));

    assertThat(sizing.busySlots()).isEqualTo(700);
    assertThat(sizing.workers()).isEqualTo(20);
    assertThat(sizing.concurrency()).isEqualTo(50);
  }

  @Test
  void concurrencyFollowsFromWorkersThatAreGiven() {
    Load seven =
        new Load(70, 70, 0, Duration.ofSeconds(1), 1, Duration.ofDays(7), 3, 7, null, 0, TB);

    assertThat(Sizing.of(seven).workers()).isEqualTo(7);
    assertThat(Sizing.of(seven).concurrency()).isEqualTo(15);
  }

  @Test
  void everyWorkerHasTheSameNumberOfPartitionsAndCanBeDoubled() {
    for (int rate : new int[] {1, 10, 300, 1_000, 30_000}) {
      Sizing sizing = Sizing.of(load(rate, 500, Duration.ofMillis(200)));

      assertThat(sizing.partitions() % sizing.workers()).as("rate %d", rate).isZero();
      assertThat(sizing.partitions()).isGreaterThanOrEqualTo(2 * sizing.workers());
    }
  }

  @Test
  void largePayloadsAreSpreadOverPartitions() {
    assertThat(Sizing.of(load(1_000, 100_000, Duration.ofMillis(10))).partitions())
        .isGreaterThanOrEqualTo(20);
  }

  @Test
  void disksHoldWhatIsKeptInAllCopies() {
    Sizing sizing = Sizing.of(load(100, 650, Duration.ofMillis(10)));

    // 100/s for 604,800 s at 1,000 bytes, three times
    assertThat(sizing.queueDiskBytes()).isEqualTo(181_440_000_000L);
    // events of 300 bytes, and a day of state twice over
    assertThat(sizing.platformDiskBytes())
        .isEqualTo(3 * (100L * 604_800 * 300 + 2 * 100L * 86_400 * 250));
  }

  @Test
  void brokersAreAtLeastAsManyAsCopiesAndGrowWithTheDisk() {
    assertThat(Sizing.of(load(1, 0, Duration.ofMillis(1))).brokers()).isEqualTo(3);

    Sizing large = Sizing.of(load(2_000, 2_000, Duration.ofMillis(1)));
    assertThat(large.brokers()).isGreaterThan(3);
    assertThat(large.brokerDiskBytes()).isLessThanOrEqualTo(TB);
  }

  @Test
  void growsWithEachPartOfTheLoad() {
    Load base = load(1_000, 1_000, Duration.ofMillis(100));
    Sizing small = Sizing.of(base);

    assertThat(Sizing.of(load(4_000, 1_000, Duration.ofMillis(100))).workers())
        .isGreaterThan(small.workers());
    assertThat(Sizing.of(load(1_000, 4_000, Duration.ofMillis(100))).queueDiskBytes())
        .isGreaterThan(small.queueDiskBytes());
    assertThat(Sizing.of(load(1_000, 1_000, Duration.ofMillis(400))).busySlots())
        .isGreaterThan(small.busySlots());
    assertThat(Sizing.of(load(1_000, 50_000, Duration.ofMillis(100))).workerHeapBytes())
        .isGreaterThan(small.workerHeapBytes());
  }

  @Test
  void saysWhenABacklogNeverGoes() {
    Load tooFew =
        new Load(100, 100, 0, Duration.ofSeconds(1), 1, Duration.ofDays(1), 1, 1, 100, 0, TB);

    assertThat(Sizing.of(tooFew).catchUpSeconds()).isNull();
    assertThat(Sizing.of(load(700, 0, Duration.ofSeconds(1))).catchUpSeconds()).isEqualTo(8_400);
  }

  @Test
  void refusesWhatNoQueueCarriesAndWhatIsOutOfRange() {
    assertThatThrownBy(() -> Sizing.of(load(1_000_000, 0, Duration.ofHours(1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
    assertThatThrownBy(() -> load(0, 0, Duration.ofMillis(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("above 0, at most ten million, found 0.0");
    assertThatThrownBy(() -> load(1, 2_000_000, Duration.ofMillis(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> load(Double.NaN, 0, Duration.ofMillis(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
