package io.clusterdb.tasks.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ByteSizeTest {
  @Test
  void readsWhatPeopleWrite() {
    assertThat(ByteSize.parse("800")).isEqualTo(800);
    assertThat(ByteSize.parse("2kB")).isEqualTo(2_000);
    assertThat(ByteSize.parse("1.5 mb")).isEqualTo(1_500_000);
    assertThat(ByteSize.parse("1TB")).isEqualTo(1_000_000_000_000L);
  }

  @Test
  void refusesAllElse() {
    for (String text : new String[] {"", "much", "-1", "1e9", "1XB", "999999999999999PB"}) {
      assertThatThrownBy(() -> ByteSize.parse(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void writesThreeDigitsAtMost() {
    assertThat(ByteSize.format(0)).isEqualTo("0 B");
    assertThat(ByteSize.format(999)).isEqualTo("999 B");
    assertThat(ByteSize.format(1_500)).isEqualTo("1.5 kB");
    assertThat(ByteSize.format(999_600)).isEqualTo("1.0 MB");
    assertThat(ByteSize.format(181_440_000_000L)).isEqualTo("181 GB");
  }
}
