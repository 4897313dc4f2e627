package io.clusterdb.tasks.orchestrator.tracker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.Test;

class LoneCommitsTest {
  private final AtomicLong nanos = new AtomicLong();
  private final MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
  private final LoneCommits commits =
      LoneCommits.perThread(nanos::get, Duration.ofMillis(100)).get();

  @Test
  void whatComesAloneIsCommittedAtOnce() {
    assertThat(committed(1)).isTrue();
    pass(100);
    assertThat(committed(1)).isTrue();
  }

  @Test
  void whatComesSoonAfterwardsIsLeftToTheInterval() {
    assertThat(committed(1)).isTrue();
    pass(99);
    assertThat(committed(1)).isFalse();
  }

  @Test
  void whatComesInNumbersIsLeftToTheIntervalHoweverLongACommitTakes() {
    assertThat(committed(1)).isTrue();
    for (int round = 0; round < 10; round++) {
      pass(10);
      assertThat(committed(200)).isFalse();
      pass(300);
      assertThat(committed(1)).isFalse();
    }
    pass(100);
    assertThat(committed(1)).isTrue();
  }

  private boolean committed(int records) {
    context.resetCommit();
    for (int i = 0; i < records; i++) {
      commits.came(context);
    }
    return context.committed();
  }

  private void pass(int millis) {
    nanos.addAndGet(Duration.ofMillis(millis).toNanos());
  }
}
