package io.clusterdb.tasks.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.Test;

class CommitPaceTest {
  private static final long MS = 1_000_000;
  private static final long LEAST = 5 * MS;

  private final AtomicLong now = new AtomicLong(1_000_000 * MS);
  private final CommitTimes times = new CommitTimes(now::get);
  private final MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
  private final CommitPace pace =
      CommitPace.perThread(times, now::get, Duration.ofNanos(LEAST)).get();

  @Test
  void whatComesAloneGoesOutAtOnce() {
    assertThat(ask()).isZero();
    assertThat(context.committed()).isTrue();
    commit(2 * MS);
    now.addAndGet(LEAST);
    assertThat(ask()).isZero();
    assertThat(context.committed()).isTrue();
  }

  @Test
  void whatComesBeforeAnAskedCommitBeginsIsPartOfIt() {
    commit(MS);
    now.addAndGet(LEAST);
    assertThat(ask()).isZero();
    now.addAndGet(MS / 2);
    assertThat(ask()).isZero();
    assertThat(context.committed()).isTrue();
  }

  @Test
  void stepsThatFollowEachOtherDoNotWait() {
    for (int i = 0; i < 10; i++) {
      assertThat(ask()).isZero();
      assertThat(context.committed()).isTrue();
      commit(3 * MS);
      now.addAndGet(2 * MS);
    }
  }

  @Test
  void commitsTakeAThirdOfTheTimeUnderLoad() {
    spendWhatIsSaved();
    long begun = now.get();
    long committed = 0;
    for (int i = 0; i < 100; i++) {
      now.addAndGet(ask());
      assertThat(ask()).isZero();
      commit(10 * MS);
      committed += 10 * MS;
    }
    assertThat((double) committed / (now.get() - begun)).isBetween(0.3, 0.34);
  }

  @Test
  void worksTwiceAsLongAsACommitTookBeforeTheNext() {
    spendWhatIsSaved();
    commit(30 * MS); // more than is owed at most
    assertThat(ask()).isBetween(60 * MS, 90 * MS);
    assertThat(context.committed()).isFalse();
    now.addAndGet(ask());
    assertThat(ask()).isZero();
    assertThat(context.committed()).isTrue();
  }

  @Test
  void worksTheLeastTimeAfterACommitThatTookLittle() {
    spendWhatIsSaved();
    commit(MS / 10);
    long wait = ask();
    assertThat(wait).isGreaterThanOrEqualTo(LEAST);
    assertThat(context.committed()).isFalse();
  }

  @Test
  void commitsThatNobodyAskedForCountToo() {
    assertThat(ask()).isZero();
    commit(MS);
    now.addAndGet(MS);
    commit(60 * MS);
    assertThat(ask()).isPositive();
  }

  @Test
  void slowBrokersThatAreWellAgainAreNotMadeUpFor() {
    for (int i = 0; i < 100; i++) {
      commit(1_000 * MS);
    }
    commit(2 * MS);
    assertThat(ask()).isLessThanOrEqualTo(Math.max(LEAST, 6 * MS));
  }

  @Test
  void anIdleThreadDoesNotWaitLong() {
    spendWhatIsSaved();
    commit(400 * MS);
    assertThat(ask()).isGreaterThan(500 * MS);
    times.polled(0);
    assertThat(ask()).isEqualTo(100 * MS);
    now.addAndGet(100 * MS);
    times.polled(1);
    assertThat(ask()).isGreaterThan(400 * MS);
    times.polled(0);
    assertThat(ask()).isZero();
  }

  @Test
  void asksByTheClockWhileNoCommitIsKnown() {
    assertThat(ask()).isZero();
    now.addAndGet(2 * MS);
    assertThat(ask()).isEqualTo(3 * MS);
  }

  /** Commits beside each other, until there is no time left for another. */
  private void spendWhatIsSaved() {
    while (ask() == 0) {
      commit(10 * MS);
    }
  }

  private long ask() {
    context.resetCommit();
    return pace.ask(context);
  }

  private void commit(long nanos) {
    times.begun();
    now.addAndGet(nanos / 2);
    times.begun(); // each partition flushes
    now.addAndGet(nanos - nanos / 2);
    times.ended();
  }
}
