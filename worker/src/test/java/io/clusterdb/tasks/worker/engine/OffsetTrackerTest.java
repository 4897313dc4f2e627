package io.clusterdb.tasks.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OffsetTrackerTest {
  @Test
  void advancesTheBaseOverWhatIsDone() {
    OffsetTracker tracker = delivered(OffsetTracker.at(10, 1), 10, 11, 12);
    tracker.complete(11);
    assertThat(tracker.base()).isEqualTo(10);
    assertThat(tracker.holes()).isEqualTo(Holes.at(10));
    assertThat(tracker.end()).isEqualTo(12);
    tracker.complete(10);
    tracker.settled();
    assertThat(tracker.base()).isEqualTo(12);
    assertThat(tracker.holes().size()).isZero();
    assertThat(tracker.unfinished()).isOne();
  }

  @Test
  void countsGapsBetweenRecordsAsDone() {
    OffsetTracker tracker = delivered(OffsetTracker.at(0, 1), 0, 5, 9);
    complete(tracker, 0);
    assertThat(tracker.base()).isEqualTo(5);
    complete(tracker, 9);
    assertThat(tracker.base()).isEqualTo(5);
    assertThat(tracker.doneBehindBase()).isEqualTo(4);
    complete(tracker, 5);
    assertThat(tracker.base()).isEqualTo(10);
    tracker.passed(14);
    assertThat(tracker.base()).isEqualTo(14);
  }

  @Test
  void takesBackWhatAnAbortedSettlementHeld() {
    OffsetTracker tracker = delivered(OffsetTracker.at(0, 1), 0, 1, 2);
    complete(tracker, 1);
    tracker.complete(0);
    assertThat(tracker.base()).isEqualTo(2);
    tracker.rollback();
    assertThat(tracker.base()).isZero();
    assertThat(tracker.isCompleted(0)).isFalse();
    assertThat(tracker.isCompleted(1)).isTrue();
    assertThat(tracker.complete(0)).isTrue();
    assertThat(tracker.complete(1)).isFalse();
  }

  @Test
  void skipsAfterATakeoverWhatWasDoneBefore() {
    OffsetTracker first = delivered(OffsetTracker.at(0, 1), 0, 1, 2, 3, 4);
    complete(first, 1);
    complete(first, 3);
    OffsetTracker second = takeOver(first);
    assertThat(second.deliver(0)).isEqualTo(Delivery.RUN);
    assertThat(second.deliver(1)).isEqualTo(Delivery.SKIP);
    assertThat(second.awaited()).isOne();
    assertThat(second.nextWanted()).isEqualTo(2);
    assertThat(second.deliver(2)).isEqualTo(Delivery.RUN);
    assertThat(second.nextWanted()).isEqualTo(4);
    assertThat(second.deliver(3)).isEqualTo(Delivery.SKIP);
    assertThat(second.deliver(4)).isEqualTo(Delivery.RUN);
    assertThat(second.unfinished()).isEqualTo(3);
  }

  @Test
  void doesNotRunARecordTwiceThatIsPolledTwice() {
    OffsetTracker tracker = delivered(OffsetTracker.at(0, 1), 0, 1);
    assertThat(tracker.deliver(0)).isEqualTo(Delivery.SKIP);
    assertThat(tracker.deliver(1)).isEqualTo(Delivery.SKIP);
    assertThat(tracker.deliver(2)).isEqualTo(Delivery.RUN);
  }

  @Test
  void countsRestoredHolesThatTheLogNoLongerHasAsDone() {
    OffsetTracker first = delivered(OffsetTracker.at(0, 1), 0, 1, 2, 3);
    complete(first, 3);
    OffsetTracker second = takeOver(first);
    assertThat(second.deliver(2)).isEqualTo(Delivery.RUN);
    assertThat(second.base()).isEqualTo(2);
    OffsetTracker third = takeOver(first);
    third.passed(7);
    assertThat(third.base()).isEqualTo(7);
    assertThat(third.awaited()).isZero();
  }

  @Test
  void keepsRestoredHolesThatWereNotPolledYet() {
    OffsetTracker first = delivered(OffsetTracker.at(0, 1), 0, 1, 2, 3);
    complete(first, 3);
    OffsetTracker second = takeOver(first);
    assertThat(second.complete(1)).isFalse();
    assertThat(second.holes()).isEqualTo(Holes.at(0, 1, 2));
    assertThat(second.unfinished()).isZero();
    assertThat(takeOver(second).holes()).isEqualTo(Holes.at(0, 1, 2));
  }

  @Test
  void remembersAttemptsOfJobsThatAreTriedInPlace() {
    OffsetTracker first = delivered(OffsetTracker.at(0, 5), 0, 1, 2);
    first.attempt(1, 3);
    OffsetTracker second = takeOver(first);
    assertThat(second.attempt(1)).isEqualTo(3);
    assertThat(second.attempt(0)).isZero();
    assertThat(second.deliver(0)).isEqualTo(Delivery.RUN);
    assertThat(second.deliver(1)).isEqualTo(Delivery.RUN);
    assertThat(second.deliver(2)).isEqualTo(Delivery.RUN);
    complete(second, 1);
    assertThat(second.attempt(1)).isZero();
  }

  @Test
  void oneLongJobDoesNotStopItsPartition() {
    OffsetTracker tracker = delivered(OffsetTracker.at(0, 3), 0);
    for (long offset = 1; offset <= 3_000_000; offset++) {
      assertThat(tracker.deliver(offset) == Delivery.RUN).isTrue();
      assertThat(tracker.complete(offset)).isTrue();
      if (offset % 1000 == 0) {
        tracker.settled();
      }
    }
    assertThat(tracker.base()).isZero();
    assertThat(tracker.doneBehindBase()).isEqualTo(3_000_000);
    assertThat(text(tracker)).hasSizeLessThan(40);
    assertThat(takeOver(tracker).isCompleted(2_999_999)).isTrue();
  }

  @Test
  void hasRoomForThousandsOfRecordsAndSaysWhenItHasNot() {
    OffsetTracker tracker = OffsetTracker.at(0, 1);
    long offset = 0;
    while (tracker.hasRoomFor(500)) {
      for (int i = 0; i < 500; i++) {
        assertThat(tracker.deliver(offset++)).isEqualTo(Delivery.RUN);
      }
    }
    assertThat(tracker.unfinished()).isGreaterThan(20_000);
    while (tracker.deliver(offset) == Delivery.RUN) {
      offset++;
    }
    assertThat(tracker.deliver(offset)).isEqualTo(Delivery.FULL);
    complete(tracker, 7);
    complete(tracker, 0);
    assertThat(tracker.deliver(offset)).isEqualTo(Delivery.RUN);
  }

  private static OffsetTracker delivered(OffsetTracker tracker, long... offsets) {
    for (long offset : offsets) {
      assertThat(tracker.deliver(offset)).isEqualTo(Delivery.RUN);
    }
    return tracker;
  }

  private static void complete(OffsetTracker tracker, long offset) {
    assertThat(tracker.complete(offset)).isTrue();
    tracker.settled();
  }

  private static String text(OffsetTracker tracker) {
    return new CommitMetadata(Claim.fresh(0), tracker.end(), tracker.holes())
        .encode(tracker.base());
  }

  private static OffsetTracker takeOver(OffsetTracker tracker) {
    CommitMetadata metadata = CommitMetadata.decode(tracker.base(), text(tracker));
    return OffsetTracker.restore(tracker.base(), metadata, 1);
  }
}
