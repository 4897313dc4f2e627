package io.clusterdb.tasks.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Suspects that run for longer than their turns, in a process of one partition. */
class SuspectTurnsTest {
  private long now;
  private final Turns turns = new Turns(() -> now);
  private final Exclusive exclusive = new Exclusive(turns);
  private final OnePartition partition = new OnePartition();
  private final OpenGate gate = new OpenGate(partition);
  private final Admission<Long> admission = new Admission<>(gate, exclusive);

  @Test
  void anAnnouncedSuspectThatGoesOnLeavesItsTurnToTheNext() {
    suspects(0);
    step(true);
    step(true);
    assertThat(gate.opened).containsExactly(0L);
    pass(Turns.FIRST);
    step(false);
    assertThat(gate.opened).as("a turn begins when the job does").containsExactly(0L);

    gate.begun.add(0L);
    step(false);
    pass(Turns.FIRST.minusNanos(1));
    step(false);
    assertThat(partition.durable().claim().suspect()).isZero();
    pass(Duration.ofNanos(1));
    step(false);
    assertThat(partition.tracker.overruns(0)).isOne();
    assertThat(partition.durable().claim().suspect()).as("by the same commit").isOne();
    assertThat(gate.opened).containsExactly(0L);
    step(false);
    assertThat(gate.opened).containsExactly(0L, 1L);
    assertThat(partition.durable().holes().overruns(0)).isOne();
  }

  @Test
  void anAttemptThatEndsClearsItsJobUntilThePartitionGoes() {
    suspects(1);
    stepUntilAlone(0);
    partition.tracker.attempt(0, 2);
    partition.claim.endedForNow(0);
    commit();
    assertThat(partition.claim.start(0, partition.tracker)).isEqualTo(Start.NOW);
    assertThat(partition.claim.start(1, partition.tracker)).isEqualTo(Start.ANNOUNCED_ALONE);
    admission.admit(0L, partition);
    admission.flush();
    assertThat(gate.opened).containsExactly(0L);
    CommitMetadata next = Claims.take(0, partition.durable(), 10, "another");
    PartitionClaim successor = new PartitionClaim(next, PartitionClaim.DEFAULT_MAX_CRASHES);
    assertThat(successor.start(0, OffsetTracker.restore(0, next, 3)))
        .isEqualTo(Start.ANNOUNCED_ALONE);
    partition.claim.ended(0);
    assertThat(partition.claim.start(0, partition.tracker)).isEqualTo(Start.ANNOUNCED_ALONE);
  }

  @Test
  void whoHasOverrunWaitsForThoseThatHaveNot() {
    partition.suspectsTo = 0;
    suspects(0);
    partition.tracker.rememberOverruns(0, 4);
    admission.admit(0L, partition);
    step(true);
    assertThat(partition.claim.suspect()).as("more may come").isEqualTo(Claim.NONE);
    admission.admit(1L, partition);
    step(true);
    assertThat(partition.claim.suspect()).isOne();
    step(true);
    assertThat(gate.opened).containsExactly(1L);
    partition.claim.ended(1);
    partition.tracker.complete(1);
    commit();
    pass(Turns.FIRST.dividedBy(5));
    step(true);
    step(true);
    assertThat(gate.opened).containsExactly(1L, 0L);
  }

  @Test
  void whatIsAnnouncedKeepsItsPlaceAlthoughOthersHaveOverrunLess() {
    partition.suspectsTo = 0;
    suspects(0);
    partition.tracker.rememberOverruns(0, 4);
    admission.admit(0L, partition);
    step(true);
    pass(Turns.FIRST);
    assertThat(admission.advanceSuspects(List.of(partition), true)).isTrue();
    assertThat(partition.claim.suspect()).isZero();
    admission.admit(1L, partition);
    step(true);
    step(true);
    assertThat(gate.opened).containsExactly(0L);
  }

  @Test
  void aSuspectIsAloneForATurnAndThenGoesOnBesideTheOthers() {
    suspects(1);
    stepUntilAlone(0);
    assertThat(partition.durable().claim().alone()).isTrue();
    gate.begun.add(0L);
    pass(Turns.FIRST.minusNanos(1));
    step(false);
    assertThat(partition.durable().claim().suspect()).isZero();
    pass(Duration.ofNanos(1));
    for (int i = 0; i < 4; i++) {
      step(false);
    }
    assertThat(gate.held).isFalse();
    assertThat(partition.durable().claim().suspect()).isEqualTo(Claim.NONE);
    assertThat(partition.durable().holes().overruns(0)).isOne();
    assertThat(gate.alone).as("the next waits as long as the process stood still").hasSize(1);
    pass(Turns.FIRST);
    step(false);
    assertThat(gate.held).isTrue();
  }

  @Test
  void aSuspectThatNeverGetsTheProcessForItselfStartsBesideTheOthersOnceThatIsCommitted() {
    suspects(1);
    step(false);
    assertThat(gate.held).isTrue();
    pass(Turns.FIRST.minusNanos(1));
    step(false);
    assertThat(gate.held).isTrue();
    pass(Duration.ofNanos(1));
    assertThat(admission.advanceSuspects(List.of(partition), false)).isTrue();
    assertThat(gate.opened).isEmpty();
    partition.claim.next(partition.tracker, false);
    partition.claim.rollback();
    admission.committed(List.of(partition));
    assertThat(gate.opened).as("the commit was aborted").isEmpty();
    commit();
    assertThat(gate.opened).contains(0L);
    assertThat(partition.durable().holes().overruns(0)).isOne();
    assertThat(partition.durable().claim().suspect()).isEqualTo(Claim.NONE);
    step(false);
    assertThat(gate.held).isFalse();
  }

  @Test
  void whatIsToRunAloneAndIsTakenByNobodyIsTakenBack() {
    suspects(1);
    stepUntilAlone(0);
    gate.takesBack = true;
    pass(Turns.FIRST);
    step(true);
    step(true);
    assertThat(gate.opened).contains(0L);
    assertThat(partition.durable().holes().overruns(0)).isOne();
  }

  @Test
  void aQueueThatJoinsWhileASuspectRunsAloneChangesNothing() {
    suspects(1);
    stepUntilAlone(0);
    exclusive.join("another queue");
    step(false);
    assertThat(exclusive.wanted()).isTrue();
    assertThat(gate.held).isTrue();
    assertThat(partition.durable().claim().alone()).isTrue();
    pass(Turns.FIRST);
    step(false);
    assertThat(partition.durable().holes().overruns(0)).isOne();
  }

  @Test
  void aQueueIsNotQuietForAnotherAsLongAsItsOwnSuspectGoesOn() {
    suspects(1);
    stepUntilAlone(0);
    gate.begun.add(0L);
    pass(Turns.FIRST);
    step(false);
    step(false);
    pass(Turns.FIRST.multipliedBy(2));
    assertThat(exclusive.request("another queue")).isTrue();
    exclusive.isQuiet("another queue");
    step(false);
    step(false);
    assertThat(partition.durable().claim().clean()).as("a job of it runs").isFalse();
    assertThat(exclusive.granted("another queue")).isFalse();
    step(true);
    step(true);
    assertThat(partition.durable().claim().clean()).isTrue();
    assertThat(exclusive.granted("another queue")).isTrue();
  }

  @Test
  void theNextRunsAloneOnlyWhenTheHandlerOfTheLastHasEnded() {
    suspects(1);
    stepUntilAlone(0);
    partition.claim.ended(0);
    partition.tracker.complete(0);
    commit();
    step(false);
    assertThat(partition.durable().claim().suspect()).isEqualTo(Claim.NONE);
    step(true);
    step(true);
    assertThat(gate.alone).containsExactly(0L, 1L);
  }

  @Test
  void aPausedQueueHoldsNobodyUp() {
    gate.paused = true;
    suspects(1);
    step(true);
    step(true);
    assertThat(gate.held).isFalse();
    gate.paused = false;
    step(true);
    step(true);
    step(true);
    assertThat(partition.durable().claim().suspect()).isZero();
    assertThat(gate.alone).isEmpty();
    gate.paused = true;
    step(true);
    step(true);
    step(true);
    assertThat(gate.held).as("paused when its turn came").isFalse();
    assertThat(partition.tracker.overruns(0)).isZero();
    gate.paused = false;
    stepUntilAlone(0);
  }

  @Test
  void anOverrunIsCommittedHoweverOftenThatIsAborted() {
    suspects(0);
    step(true);
    step(true);
    gate.begun.add(0L);
    step(false);
    partition.suspects.clear();
    pass(Turns.FIRST);
    for (int i = 0; i < 3; i++) {
      assertThat(admission.advanceSuspects(List.of(partition), false)).isTrue();
      partition.claim.next(partition.tracker, false);
      partition.claim.rollback();
    }
    step(false);
    assertThat(partition.durable().claim().suspect()).isEqualTo(Claim.NONE);
    assertThat(admission.advanceSuspects(List.of(partition), false)).isFalse();
  }

  @Test
  void eachOverrunDoublesTheNextTurnUntilAnAttemptEnds() {
    assertThat(turns.next(0)).isEqualTo(Turns.FIRST.toNanos());
    assertThat(turns.next(3)).isEqualTo(8 * Turns.FIRST.toNanos());
    assertThat(turns.next(Note.MAX_OVERRUNS)).isGreaterThan(Duration.ofHours(40).toNanos());
    assertThat(turns.next(200)).isPositive();
    suspects(0);
    partition.claim.overrun(0, partition.tracker);
    partition.claim.overrun(1, partition.tracker);
    partition.tracker.attempt(0, 2);
    assertThat(partition.tracker.overruns(0)).isZero();
    partition.claim.release(partition.tracker, false);
    assertThat(partition.tracker.overruns(1)).as("handed over, so it killed nobody").isZero();
  }

  private void stepUntilAlone(long job) {
    for (int i = 0; i < 4; i++) {
      step(true);
    }
    assertThat(gate.alone).containsExactly(job);
  }

  /** Offsets 0 and 1 are suspects and have killed their workers this many times. */
  private void suspects(int crashes) {
    CommitMetadata metadata =
        new CommitMetadata(
            new Claim(true, 0, 1, "x", 10, 2, 2, Claim.NONE, false), 2, Holes.at(0, 1));
    for (int i = 0; i < crashes; i++) {
      metadata =
          new CommitMetadata(
              metadata.claim(), metadata.end(), metadata.holes().withCrash(0).withCrash(1));
    }
    metadata = Claims.take(0, metadata, 10, "me");
    partition.tracker = OffsetTracker.restore(0, metadata, 3);
    partition.claim = new PartitionClaim(metadata, PartitionClaim.DEFAULT_MAX_CRASHES);
    for (long job = 0; job < 2; job++) {
      assertThat(partition.tracker.deliver(job)).isEqualTo(Delivery.RUN);
      if (job < partition.suspectsTo) {
        admission.admit(job, partition);
      }
    }
    commit();
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  /** One round of the owner. */
  private void step(boolean idle) {
    if (admission.advanceSuspects(List.of(partition), idle)
        || admission.waitsForCommit(partition)) {
      commit();
    }
  }

  private void commit() {
    partition.text =
        new CommitMetadata(
                partition.claim.next(partition.tracker, false),
                partition.tracker.end(),
                partition.tracker.holes())
            .encode(partition.tracker.base());
    partition.base = partition.tracker.base();
    partition.tracker.settled();
    partition.claim.settled();
    admission.committed(List.of(partition));
  }

  private static final class OnePartition extends OwnedStake<Long> {
    private OffsetTracker tracker = OffsetTracker.at(0, 1);
    private PartitionClaim claim = new PartitionClaim(CommitMetadata.fresh(0), 1);
    private long base;
    private long suspectsTo = 2;
    private String text = "";

    CommitMetadata durable() {
      return CommitMetadata.decode(base, text);
    }

    @Override
    public PartitionClaim claim() {
      return claim;
    }

    @Override
    public OffsetTracker tracker() {
      return tracker;
    }
  }
}
