package io.clusterdb.tasks.orchestrator.tracker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.streams.CommitTimes;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoneCommitsTest {
  private final AtomicLong nanos = new AtomicLong();
  private final CommitTimes times = new CommitTimes(nanos::get);
  private final LoneCommits commits =
      LoneCommits.perThread(times, nanos::get, Duration.ofMillis(100)).get();

  @Test
  void whatComesAloneIsCommittedAMomentLater() {
    assertThat(asked(1)).isTrue();
    assertThat(commits.due()).isTrue();
    pass(100);
    assertThat(asked(1)).isTrue();
    assertThat(commits.due()).isTrue();
  }

  @Test
  void anotherCommitTakesItAlong() {
    commit();
    assertThat(asked(1)).isTrue();
    commit();
    assertThat(commits.due()).isFalse();
    pass(100);
    assertThat(asked(1)).isTrue();
    assertThat(commits.due()).as("the commit was before it").isTrue();
  }

  @Test
  void whatComesSoonAfterwardsIsLeftToTheInterval() {
    assertThat(asked(1)).isTrue();
    pass(99);
    assertThat(asked(1)).isFalse();
  }

  @Test
  void whatComesInNumbersIsLeftToTheIntervalHoweverLongACommitTakes() {
    assertThat(asked(1)).isTrue();
    for (int round = 0; round < 10; round++) {
      pass(10);
      assertThat(asked(200)).isFalse();
      pass(300);
      assertThat(asked(1)).isFalse();
    }
    pass(100);
    assertThat(asked(1)).isTrue();
  }

  private boolean asked(int records) {
    boolean asked = false;
    for (int i = 0; i < records; i++) {
      asked |= commits.came();
    }
    return asked;
  }

  private void commit() {
    times.begun();
    pass(2);
    times.ended();
  }

  private void pass(int millis) {
    nanos.addAndGet(Duration.ofMillis(millis).toNanos());
  }
}
