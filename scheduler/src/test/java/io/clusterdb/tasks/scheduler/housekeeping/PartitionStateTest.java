package io.clusterdb.tasks.scheduler.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PartitionStateTest {
  private static final OptionalLong NONE = OptionalLong.empty();

  @Test
  void nothingGoesThatNobodyEverConsumed() {
    assertThat(state(0, NONE, NONE).trimBefore()).isEmpty();
  }

  @Test
  void consumedRecordsGo() {
    assertThat(state(10, at(50), NONE).trimBefore()).hasValue(50);
  }

  @Test
  void consumedRecordsThatAreYoungAreKept() {
    assertThat(state(10, at(50), at(30)).trimBefore()).hasValue(30);
    assertThat(state(10, at(50), at(80)).trimBefore()).hasValue(50);
  }

  @Test
  void whoeverStillReadsHoldsTrimmingBack() {
    assertThat(state(10, at(50), at(30), 20L, 40L).trimBefore()).hasValue(20);
  }

  @Test
  void nothingIsAskedForWhereNothingIsLeftToGo() {
    assertThat(state(50, at(50), NONE).trimBefore()).isEmpty();
    assertThat(state(50, at(60), at(40)).trimBefore()).isEmpty();
  }

  @Test
  void neverTrimsWhatAnyoneStillNeeds() {
    for (int seed = 0; seed < 1_000; seed++) {
      Random random = new Random(seed);
      OptionalLong committed = random.nextInt(5) == 0 ? NONE : at(random.nextInt(100));
      OptionalLong kept = random.nextBoolean() ? NONE : at(random.nextInt(100));
      List<Long> holds = new ArrayList<>();
      for (int i = random.nextInt(3); i > 0; i--) {
        holds.add((long) random.nextInt(100));
      }
      PartitionState state =
          state(random.nextInt(100), committed, kept, holds.toArray(Long[]::new));
      state
          .trimBefore()
          .ifPresent(
              before -> {
                assertThat(before).as("%s", state).isLessThanOrEqualTo(committed.orElse(-1));
                assertThat(before).as("%s", state).isLessThanOrEqualTo(kept.orElse(before));
                assertThat(holds).as("%s", state).allMatch(hold -> before <= hold);
              });
    }
  }

  private static OptionalLong at(long offset) {
    return OptionalLong.of(offset);
  }

  private static PartitionState state(
      long start, OptionalLong committed, OptionalLong keptFrom, Long... holds) {
    return new PartitionState(
        new TopicPartition("tasks.mail", 0), start, committed, keptFrom, List.of(holds));
  }
}
