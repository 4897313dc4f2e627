package io.clusterdb.tasks.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.junit.jupiter.api.Test;

class CommitsTest {
  private static final long MS = 1_000_000;
  private static final Duration MOMENT = Duration.ofMillis(10);
  private static final Duration SPACING = Duration.ofMillis(100);

  private final AtomicLong now = new AtomicLong(1_000_000 * MS);
  private final CommitTimes times = new CommitTimes(now::get);
  private final MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
  private final CommitPace pace = CommitPace.perThread(times, now::get, Duration.ofMillis(5)).get();
  private final Commits commits = new Commits(context, pace);

  @Test
  void whatIsWaitedForIsCommittedAtOnceWhereItCanBe() {
    commit(2);
    pass(5);
    commits.soon();
    assertThat(context.committed()).isTrue();
  }

  @Test
  void whatHasToWaitIsAskedForWhenItsTimeHasCome() {
    commit(200);
    commits.soon();
    assertThat(context.committed()).isFalse();
    pass(509);
    assertThat(context.committed()).isFalse();
    pass(2);
    assertThat(context.committed()).isTrue();
  }

  @Test
  void aThreadThatHasNothingElseToDoCommitsSoon() {
    commit(200);
    times.polled(7);
    commits.soon();
    pass(150);
    assertThat(context.committed()).as("there were records").isFalse();
    times.polled(0);
    pass(5);
    assertThat(context.committed()).isTrue();
  }

  @Test
  void anotherCommitTakesAlongWhatWaits() {
    commit(200);
    commits.soon();
    pass(50);
    commit(200);
    pass(10_000);
    assertThat(context.committed()).isFalse();
  }

  @Test
  void anotherPartitionsRequestTakesAlongWhatWaits() {
    commit(200);
    commits.soon();
    pass(509);
    now.addAndGet(2 * MS);
    assertThat(pace.ask(new MockProcessorContext<Void, Void>())).isZero();
    pass(10);
    assertThat(context.committed()).isFalse();
  }

  @Test
  void whatComesAloneWaitsAMoment() {
    commit(2);
    pass(1_000);
    commits.later(MOMENT, SPACING);
    pass(9);
    assertThat(context.committed()).isFalse();
    pass(1);
    assertThat(context.committed()).isTrue();
  }

  @Test
  void whatComesInNumbersIsSpaced() {
    commit(2);
    pass(30);
    commits.later(MOMENT, SPACING);
    pass(69);
    commits.later(MOMENT, SPACING);
    assertThat(context.committed()).isFalse();
    pass(1);
    assertThat(context.committed()).isTrue();
  }

  @Test
  void whatCanWaitLessIsAskedForSooner() {
    commit(2);
    pass(1_000);
    commits.later(SPACING, SPACING);
    pass(5);
    commits.later(MOMENT, SPACING);
    commits.later(SPACING, SPACING);
    pass(9);
    assertThat(context.committed()).isFalse();
    pass(1);
    assertThat(context.committed()).isTrue();
  }

  /** Kafka Streams may drop one, and flushes where there is nothing to commit. */
  @Test
  void aRequestThatCameToNothingIsMadeAgain() {
    commit(2);
    pass(5);
    commits.soon();
    context.resetCommit();
    commits.later(MOMENT, SPACING);
    assertThat(context.committed()).isTrue();
  }

  @Test
  void aFlushWithoutACommitIsNotTakenForALongOne() {
    times.begun();
    times.polled(0);
    pass(60_000);
    times.polled(1);
    commit(2);
    pass(5);
    commits.soon();
    assertThat(context.committed()).isTrue();
  }

  @Test
  void whatIsPartOfACommitThatWasAskedForNeedsNoOther() {
    commit(2);
    pass(5);
    commits.soon();
    context.resetCommit();
    commits.later(MOMENT, SPACING);
    assertThat(pending()).isZero();
  }

  /** By the clock, a thread whose commits take long would do little else, and never catch up. */
  @Test
  void aThreadThatIsBehindWorksMostOfItsTimeHoweverLongItsCommitsTake() {
    long begun = now.get();
    long worked = 0;
    commit(400);
    while (now.get() - begun < 60_000 * MS) {
      commits.later(MOMENT, SPACING);
      pass(1);
      worked += MS;
      if (context.committed()) {
        commit(400);
      }
    }
    assertThat((double) worked / (now.get() - begun)).isBetween(0.6, 0.8);
  }

  /** Time goes by, and punctuations happen when they are due. */
  private void pass(int millis) {
    for (int i = 0; i < millis; i++) {
      now.addAndGet(MS);
      context.setCurrentSystemTimeMs(now.get() / MS);
      for (CapturedPunctuator each : context.scheduledPunctuators().stream().toList()) {
        if (!each.cancelled() && each.getStartTime().toEpochMilli() <= now.get() / MS) {
          each.getPunctuator().punctuate(now.get() / MS);
        }
      }
    }
  }

  private long pending() {
    return context.scheduledPunctuators().stream().filter(each -> !each.cancelled()).count();
  }

  private void commit(int millis) {
    context.resetCommit();
    times.begun();
    now.addAndGet(millis * MS);
    times.ended();
    context.setCurrentSystemTimeMs(now.get() / MS);
  }
}
