package io.clusterdb.tasks.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge is judged: each breach is seen, and what owners that were replaced do is none. */
class KeyOrderTest {
  private static Attempted run(String process, long token, long seq, long start, long end) {
    return new Attempted(process, "keyed", "k-" + seq, 1, token, "k", seq, start, end);
  }

  private static KeyOrder judge(Attempted... runs) {
    return KeyOrder.of(List.of(runs));
  }

  @Test
  void jobsInTurnAreWell() {
    KeyOrder order = judge(run("a", 1, 1, 0, 5), run("a", 1, 2, 5, 9), run("a", 1, 2, 9, 11));
    assertThat(order.breaches()).isEmpty();
    assertThat(order.starts()).isEqualTo(3);
    assertThat(order.owners()).isEqualTo(1);
  }

  @Test
  void anOverlapInOneLifeIsABreach() {
    assertThat(judge(run("a", 1, 1, 0, 5), run("a", 1, 2, 4, 9)).breaches()).hasSize(1);
    assertThat(judge(run("a", 1, 1, 0, Attempted.NEVER), run("a", 1, 2, 4, 9)).breaches())
        .hasSize(1);
  }

  @Test
  void aLaterJobFirstIsABreach() {
    assertThat(judge(run("a", 1, 2, 0, 5), run("a", 1, 1, 6, 9)).breaches()).isNotEmpty();
    assertThat(judge(run("a", 1, 2, 0, 5), run("b", 2, 1, 6, 9)).breaches()).hasSize(1);
  }

  @Test
  void aTokenOfTwoLivesIsABreach() {
    assertThat(judge(run("a", 1, 1, 0, 5), run("b", 1, 2, 6, 9)).breaches()).hasSize(1);
  }

  @Test
  void aReplacedOwnerThatGoesOnIsCountedAndCanBeRefused() {
    KeyOrder order =
        judge(
            run("a", 1, 1, 0, 50),
            run("b", 2, 1, 20, 25),
            run("b", 2, 2, 25, 30),
            run("a", 1, 2, 51, 60));
    assertThat(order.breaches()).isEmpty();
    assertThat(order.refused()).isEqualTo(1);
  }
}
