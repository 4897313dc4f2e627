package io.clusterdb.tasks.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClaimsTest {
  @Test
  void claimsAFreshPartition() {
    Claim claim = Claims.take(7, CommitMetadata.fresh(7), 100, "me").claim();
    assertThat(claim.clean()).isFalse();
    assertThat(claim.number()).isOne();
    assertThat(claim.crashes()).isZero();
    assertThat(claim.exposedOnce()).isEqualTo(7);
    assertThat(claim.limit()).isGreaterThan(7);
  }

  @Test
  void exposesWhatACrashedOwnerMayHaveStarted() {
    CommitMetadata first = Claims.take(0, CommitMetadata.fresh(0), 100, "a");
    Claim second = Claims.take(0, first, 30, "b").claim();
    assertThat(second.crashes()).isOne();
    assertThat(second.number()).isEqualTo(2);
    assertThat(second.exposedOnce()).isEqualTo(30);
    assertThat(second.exposedTwice()).isZero();
  }

  @Test
  void suspectsWhatWasExposedTwice() {
    CommitMetadata first = Claims.take(0, CommitMetadata.fresh(0), 100, "a");
    CommitMetadata second = Claims.take(0, first, 30, "b");
    Claim third = Claims.take(0, second, 1_000_000, "c").claim();
    assertThat(third.exposedTwice()).isEqualTo(30);
    assertThat(third.exposedOnce()).isEqualTo(second.claim().limit());
    assertThat(third.crashes()).isEqualTo(2);
  }

  @Test
  void exposesNothingAfterACleanEnd() {
    CommitMetadata first = Claims.take(0, CommitMetadata.fresh(0), 100, "a");
    Claim released = first.claim().released(0);
    Claim second = Claims.take(0, new CommitMetadata(released, 0, Holes.NONE), 100, "b").claim();
    assertThat(second.exposedOnce()).isZero();
    assertThat(second.crashes()).isZero();
  }

  @Test
  void exposesNothingAfterAnOffsetWasResetByHand() {
    Claim claim = Claims.take(50, CommitMetadata.decode(50, ""), 100, "a").claim();
    assertThat(claim.exposedOnce()).isEqualTo(50);
    assertThat(claim.crashes()).isOne();
  }

  @Test
  void countsTheCrashOfAnAnnouncedSuspectOnce() {
    Claim announced = new Claim(false, 2, 5, "a", 100, 20, 10, 3, false);
    CommitMetadata last = new CommitMetadata(announced, 5, Holes.at(0, 3));
    CommitMetadata taken = Claims.take(0, last, 50, "b");
    assertThat(taken.holes().crashes(0)).isZero();
    assertThat(taken.holes().crashes(1)).isOne();
    assertThat(taken.claim().suspect()).isEqualTo(Claim.NONE);
    assertThat(taken.claim().exposedTwice()).isEqualTo(20);
    assertThat(Claims.take(0, taken, 50, "c").holes().crashes(1)).isOne();
  }

  @Test
  void exposesNobodyByTheCrashOfASuspectThatRanAlone() {
    Claim alone = new Claim(false, 3, 6, "b", 100, 20, 10, 3, true);
    CommitMetadata taken = Claims.take(0, new CommitMetadata(alone, 5, Holes.at(0, 3)), 100, "c");
    assertThat(taken.holes().crashes(1)).isOne();
    assertThat(taken.claim().exposedOnce()).isEqualTo(20);
    assertThat(taken.claim().exposedTwice()).isEqualTo(10);
  }
}
