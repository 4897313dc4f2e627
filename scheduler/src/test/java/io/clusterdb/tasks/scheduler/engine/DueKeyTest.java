package io.clusterdb.tasks.scheduler.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DueKeyTest {
  @Test
  void keysSortByDueTimeWhateverTheIds() {
    byte[] early = DueKey.of(255, "zzz", "zzz");
    byte[] late = DueKey.of(256, "", "");
    assertThat(Arrays.compareUnsigned(early, late)).isNegative();
  }

  @Test
  void keysOfFarFuturesSortToo() {
    assertThat(
            Arrays.compareUnsigned(
                DueKey.of(Long.MAX_VALUE / 4, "a", "r"), DueKey.of(Long.MAX_VALUE / 2, "a", "r")))
        .isNegative();
  }

  @Test
  void aTimeBefore1970CountsAs1970() {
    assertThat(DueKey.due(DueKey.of(-5, "a", "r"))).isZero();
  }

  @Test
  void runsThatSpellTheSameHaveKeysOfTheirOwn() {
    assertThat(DueKey.of(7, "ab", "c")).isNotEqualTo(DueKey.of(7, "a", "bc"));
  }

  @Test
  void aKeyMovesToAnotherTime() {
    assertThat(DueKey.at(DueKey.of(7, "job", "run"), 9)).isEqualTo(DueKey.of(9, "job", "run"));
  }

  @Test
  void nothingIsBetweenAKeyAndTheOneAfter() {
    byte[] key = DueKey.of(7, "job", "run");
    byte[] after = DueKey.after(key);
    assertThat(Arrays.compareUnsigned(key, after)).isNegative();
    assertThat(after).startsWith(key).hasSize(key.length + 1).endsWith((byte) 0);
  }
}
