package io.clusterdb.tasks.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class StallsTest {
  private static final TopicPartition ONE = new TopicPartition("events", 0);
  private static final TopicPartition TWO = new TopicPartition("events", 1);

  private final Stalls stalls = new Stalls();

  @Test
  void anEndThatStandsStillWhileThereIsMoreIsAStall() {
    saw(ONE, 10, true, 1.0);
    saw(ONE, 10, true, 3.0);
    saw(ONE, 10, true, 5.5);
    saw(ONE, 12, false, 6.0);
    assertThat(longest(0, 10)).isEqualTo(4.5);
  }

  @Test
  void itCountsAlsoWhileItLasts() {
    saw(ONE, 10, true, 1.0);
    saw(ONE, 10, true, 4.0);
    assertThat(longest(0, 10)).isEqualTo(3.0);
  }

  @Test
  void anEndThatMovesIsNone() {
    for (int second = 0; second < 10; second++) {
      saw(ONE, second, true, second);
    }
    assertThat(longest(0, 10)).isZero();
  }

  @Test
  void nothingMoreThereIsNoneEither() {
    saw(ONE, 10, false, 1.0);
    saw(ONE, 10, false, 9.0);
    assertThat(longest(0, 10)).isZero();
  }

  @Test
  void oneThatWasReadUpInBetweenBeginsAnew() {
    saw(ONE, 10, true, 1.0);
    saw(ONE, 10, true, 3.0);
    saw(ONE, 10, false, 4.0);
    saw(ONE, 10, true, 5.0);
    saw(ONE, 10, true, 6.5);
    assertThat(longest(0, 10)).isEqualTo(2.0);
  }

  @Test
  void whatIsShortIsATransactionUnderWay() {
    saw(ONE, 10, true, 1.0);
    saw(ONE, 10, true, 2.0);
    assertThat(longest(0, 10)).isZero();
  }

  @Test
  void partitionsAreApart() {
    saw(ONE, 10, true, 1.0);
    saw(TWO, 10, true, 3.0);
    saw(ONE, 11, false, 4.0);
    saw(TWO, 10, true, 5.0);
    assertThat(longest(0, 10)).isEqualTo(2.0);
  }

  @Test
  void onlyThoseAroundTheFaultAreItsOwn() {
    saw(ONE, 10, true, 1.0);
    saw(ONE, 10, true, 5.0);
    saw(ONE, 11, true, 100.0);
    saw(ONE, 11, true, 102.0);
    assertThat(longest(5.0, 6.0)).as("it was over by then").isZero();
    assertThat(longest(4.9, 6.0)).isEqualTo(4.0);
    assertThat(longest(60.0, 69.9)).as("it began too late").isZero();
    assertThat(longest(60.0, 70.1)).isEqualTo(2.0);
  }

  private void saw(TopicPartition partition, long end, boolean more, double second) {
    stalls.saw(partition, end, more, nanos(second));
  }

  private double longest(double from, double to) {
    return stalls.longest(nanos(from), nanos(to));
  }

  private static long nanos(double seconds) {
    return Math.round(seconds * 1e9);
  }
}
