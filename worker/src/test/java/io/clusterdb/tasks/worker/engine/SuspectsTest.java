package io.clusterdb.tasks.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuspectsTest {
  private static final long SECOND = 1_000_000_000L;

  private final PartitionClaim first = claim();
  private final PartitionClaim second = claim();
  private final List<PartitionClaim> owned = List.of(first, second);
  private final OffsetTracker tracker = delivered();
  private final Suspects<String> suspects = new Suspects<>(Duration.ofSeconds(10), 0);

  @Test
  void announcesOneSuspectOfEachPartitionBesideTheOthers() {
    suspects.add(first, tracker, 1, "first-1", false);
    suspects.add(first, tracker, 2, "first-2", false);
    suspects.add(second, tracker, 1, "second-1", false);
    assertThat(suspects.wantsSettlement(7)).isTrue();
    assertThat(settle(7, 0)).containsExactly("first-1", "second-1");
    assertThat(suspects.othersMayStart()).isTrue();
    assertThat(settle(9, 0)).isEmpty();
    suspects.ended(first, 1);
    assertThat(settle(8, 0)).containsExactly("first-2");
    suspects.ended(first, 2);
    suspects.ended(second, 1);
    assertThat(settle(7, 0)).isEmpty();
    assertThat(suspects.wantsSettlement(0)).isFalse();
  }

  @Test
  void runsASuspectAloneOnceTheProcessIsIdle() {
    suspects.add(first, tracker, 1, "alone", true);
    suspects.add(second, tracker, 1, "beside", false);
    assertThat(settle(3, 0)).isEmpty();
    assertThat(suspects.othersMayStart()).isFalse();
    assertThat(settle(0, 1)).containsExactly("alone");
    assertThat(second.next(tracker, false).clean()).isTrue();
    assertThat(settle(1, 2)).isEmpty();
    assertThat(suspects.othersMayStart()).isFalse();
    suspects.ended(first, 1);
    assertThat(suspects.othersMayStart()).isFalse();
    assertThat(settle(0, 3)).containsExactly("beside");
    assertThat(suspects.othersMayStart()).isTrue();
    assertThat(second.next(tracker, false).clean()).isFalse();
  }

  @Test
  void holdsOthersBackForAGrowingTimeOnly() {
    suspects.add(first, tracker, 1, "alone", true);
    settle(3, 0);
    assertThat(suspects.othersMayStart()).isFalse();
    settle(3, 10 * SECOND);
    assertThat(suspects.othersMayStart()).isTrue();
    settle(3, 49 * SECOND);
    assertThat(suspects.othersMayStart()).isTrue();
    settle(3, 50 * SECOND);
    assertThat(suspects.othersMayStart()).isFalse();
    settle(3, 69 * SECOND);
    assertThat(suspects.othersMayStart()).isFalse();
    assertThat(settle(0, 69 * SECOND)).containsExactly("alone");
  }

  @Test
  void keepsItsAnnouncementWhenTheSettlementIsAborted() {
    suspects.add(first, tracker, 1, "first-1", false);
    suspects.prepare(owned, 0, 0);
    first.next(tracker, false);
    first.rollback();
    assertThat(suspects.started(owned)).isEmpty();
    assertThat(settle(0, 0)).containsExactly("first-1");
  }

  @Test
  void goesOnWhenThePartitionOfALoneSuspectIsGone() {
    suspects.add(first, tracker, 1, "alone", true);
    assertThat(settle(0, 0)).containsExactly("alone");
    suspects.drop(first);
    suspects.prepare(List.of(second), 0, 1);
    assertThat(suspects.othersMayStart()).isTrue();
    assertThat(second.next(tracker, false).clean()).isFalse();
  }

  private List<String> settle(int running, long now) {
    suspects.prepare(owned, running, now);
    for (PartitionClaim claim : owned) {
      claim.next(tracker, false);
      claim.settled();
    }
    return suspects.started(owned);
  }

  private static PartitionClaim claim() {
    return new PartitionClaim(Claims.take(0, CommitMetadata.fresh(0), 10, "me"), 3);
  }

  private static OffsetTracker delivered() {
    OffsetTracker tracker = OffsetTracker.at(0, 1);
    for (int i = 0; i < 5; i++) {
      assertThat(tracker.deliver(i)).isEqualTo(Delivery.RUN);
    }
    return tracker;
  }
}
