package io.clusterdb.tasks.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PartitionClaimTest {
  private OffsetTracker tracker = OffsetTracker.at(0, 1);

  @Test
  void startsNothingBeyondItsDurableLimit() {
    PartitionClaim claim = claim(new Claim(true, 0, 0, "", 0, 0, 0, Claim.NONE, false));
    assertThat(claim.start(Claims.FIRST_LOOKAHEAD - 1, tracker)).isEqualTo(Start.NOW);
    assertThat(claim.start(Claims.FIRST_LOOKAHEAD, tracker)).isEqualTo(Start.AFTER_COMMIT);
    deliver(Claims.FIRST_LOOKAHEAD + 1);
    claim.next(tracker, false);
    assertThat(claim.start(Claims.FIRST_LOOKAHEAD, tracker)).isEqualTo(Start.AFTER_COMMIT);
    claim.rollback();
    claim.next(tracker, false);
    claim.settled();
    assertThat(claim.start(Claims.FIRST_LOOKAHEAD, tracker)).isEqualTo(Start.NOW);
  }

  @Test
  void looksFurtherAheadWhenItRunsIntoItsLimitAndBackWhenItDoesNot() {
    PartitionClaim claim = claim(Claim.fresh(0));
    deliver(20_000);
    long reach = 0;
    for (int i = 0; i < 8; i++) {
      long position = claim.next(tracker, true).limit();
      claim.settled();
      reach = position - tracker.position();
      tracker.passed(position);
    }
    assertThat(reach).isGreaterThan(50_000);
    for (int i = 0; i < 2000; i++) {
      tracker.passed(tracker.position() + 100);
      reach = claim.next(tracker, true).limit() - tracker.position();
      claim.settled();
    }
    assertThat(reach).isEqualTo(Claims.FIRST_LOOKAHEAD);
  }

  @Test
  void announcesSuspectsOneAtATimeBesideTheOthers() {
    PartitionClaim claim = claim(new Claim(false, 1, 2, "x", 10, 4, 4, Claim.NONE, false));
    deliver(10);
    assertThat(claim.start(3, tracker)).isEqualTo(Start.ANNOUNCED);
    assertThat(claim.start(4, tracker)).isEqualTo(Start.NOW);
    claim.announce(3, false, tracker);
    assertThat(claim.announced()).isFalse();
    assertThat(tracker.holes().contains(3)).isTrue();
    assertThat(claim.next(tracker, false).suspect()).isEqualTo(3);
    claim.settled();
    assertThat(claim.announced()).isTrue();
    assertThat(claim.excludesOthers()).isFalse();
    PartitionClaim busy = claim;
    assertThatThrownBy(() -> busy.announce(2, false, tracker))
        .isInstanceOf(IllegalStateException.class);
    claim.ended(3);
    assertThat(claim.next(tracker, true).suspect()).isEqualTo(Claim.NONE);
  }

  @Test
  void runsASuspectWithACountAloneUntilItsEndIsDurable() {
    PartitionClaim claim = crashed(1);
    assertThat(claim.start(3, tracker)).isEqualTo(Start.ANNOUNCED_ALONE);
    claim.announce(3, true, tracker);
    assertThat(claim.excludesOthers()).isTrue();
    assertThat(claim.next(tracker, false).alone()).isTrue();
    claim.settled();
    claim.ended(3);
    assertThat(claim.excludesOthers()).isTrue();
    claim.next(tracker, true);
    claim.settled();
    assertThat(claim.excludesOthers()).isFalse();
  }

  @Test
  void neverStartsAJobThatKilledItsWorkerTooOften() {
    PartitionClaim claim = crashed(3);
    assertThat(claim.start(3, tracker)).isEqualTo(Start.NEVER);
    assertThat(claim.reason(3, tracker)).isEqualTo("crashed its worker 3 times");
  }

  @Test
  void saysCleanWhileItIsQuietAndStartsNothing() {
    PartitionClaim claim = claim(Claim.fresh(0));
    deliver(5);
    claim.quiet(true);
    assertThat(claim.next(tracker, false).clean()).isTrue();
    claim.settled();
    assertThat(claim.start(2, tracker)).isEqualTo(Start.AFTER_COMMIT);
    claim.quiet(false);
    assertThat(claim.next(tracker, false).clean()).isFalse();
    claim.settled();
    assertThat(claim.start(2, tracker)).isEqualTo(Start.NOW);
  }

  @Test
  void forgetsCrashesOfThePartitionWhenAJobFinishes() {
    PartitionClaim claim = claim(Claim.unknown(0));
    assertThat(claim.next(tracker, false).crashes()).isOne();
    assertThat(claim.next(tracker, true).crashes()).isZero();
  }

  @Test
  void handsOverClean() {
    PartitionClaim claim = claim(Claim.fresh(0));
    assertThat(claim.release(tracker, false).clean()).isTrue();
    assertThat(claim.number()).isOne();
  }

  /** Offset 3 has been announced and its worker killed this many times. */
  private PartitionClaim crashed(int times) {
    CommitMetadata metadata =
        new CommitMetadata(
            new Claim(false, 1, 2, "x", 10, 4, 4, Claim.NONE, false), 5, Holes.at(0, 1, 2, 3, 4));
    for (int i = 0; i < times; i++) {
      Claim announced = new Claim(false, 1, 2, "x", 10, 4, 4, 3, true);
      metadata =
          Claims.take(0, new CommitMetadata(announced, metadata.end(), metadata.holes()), 10, "y");
    }
    tracker = OffsetTracker.restore(0, metadata, 1);
    deliver(5);
    return new PartitionClaim(metadata, PartitionClaim.DEFAULT_MAX_CRASHES);
  }

  private static PartitionClaim claim(Claim last) {
    CommitMetadata taken = Claims.take(0, new CommitMetadata(last, 0, Holes.NONE), 1_000_000, "me");
    return new PartitionClaim(taken, PartitionClaim.DEFAULT_MAX_CRASHES);
  }

  private void deliver(int records) {
    for (int i = 0; i < records; i++) {
      assertThat(tracker.deliver(i)).isEqualTo(Delivery.RUN);
    }
  }
}
