package io.clusterdb.tasks.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A log with gaps, jobs that finish in any order, settlements that abort, owners that vanish. */
class OffsetTrackerSimulationTest {
  private static final int LOG = 3_000;

  private final BitSet log = new BitSet();
  private final BitSet settled = new BitSet();
  private final BitSet marked = new BitSet();
  private final List<Integer> running = new ArrayList<>();
  private long committedBase;
  private String committedText = "";

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void neverLosesARecordAndNeverRunsASettledOneAgain(long seed) {
    Random random = new Random(seed);
    for (int offset = 0; offset < LOG; offset++) {
      log.set(offset, random.nextInt(10) < 7);
    }
    OffsetTracker tracker = OffsetTracker.at(0, 1);
    int next = 0;
    for (int step = 0; step < 30_000 || settled.cardinality() < log.cardinality(); step++) {
      int action = random.nextInt(1000);
      if (action == 0) {
        tracker = takeOver();
        next = (int) committedBase;
      } else if (action < 400) {
        next = poll(tracker, next);
      } else if (action < 800) {
        finish(tracker, random);
      } else if (action < 820) {
        tracker.rollback();
        running.addAll(marked.stream().boxed().toList());
        marked.clear();
      } else if (action < 900) {
        commit(tracker);
      }
      assertThat(step).as("steps of seed %d", seed).isLessThan(1_000_000);
    }
    commit(tracker);
    assertThat(settled).as("seed %d", seed).isEqualTo(log);
  }

  private OffsetTracker takeOver() {
    running.clear();
    marked.clear();
    CommitMetadata metadata = CommitMetadata.decode(committedBase, committedText);
    OffsetTracker tracker = OffsetTracker.restore(committedBase, metadata, 1);
    assertThat(tracker.base()).isEqualTo(committedBase);
    return tracker;
  }

  private int poll(OffsetTracker tracker, int from) {
    int offset = log.nextSetBit(Math.max(from, (int) Math.min(LOG, tracker.nextWanted())));
    if (offset < 0) {
      tracker.passed(LOG);
      return LOG;
    }
    Delivery delivery = tracker.deliver(offset);
    assertThat(delivery == Delivery.SKIP).isEqualTo(settled.get(offset));
    if (delivery == Delivery.RUN) {
      running.add(offset);
    }
    return offset + 1;
  }

  private void finish(OffsetTracker tracker, Random random) {
    if (!running.isEmpty()) {
      int index = random.nextInt(Math.min(running.size(), 50));
      int offset = running.get(index);
      running.subList(index, index + 1).clear();
      assertThat(tracker.complete(offset)).isTrue();
      marked.set(offset);
    }
  }

  private void commit(OffsetTracker tracker) {
    long base = tracker.base();
    assertThat(base).isGreaterThanOrEqualTo(committedBase);
    committedBase = base;
    committedText = new CommitMetadata(Claim.fresh(0), tracker.end(), tracker.holes()).encode(base);
    tracker.settled();
    settled.or(marked);
    marked.clear();
    assertThat(tracker.base()).isEqualTo(base);
    assertThat(tracker.unfinished()).isEqualTo(running.size());
    int firstOpen = log.nextSetBit(0);
    while (firstOpen >= 0 && settled.get(firstOpen)) {
      firstOpen = log.nextSetBit(firstOpen + 1);
    }
    assertThat(base).isLessThanOrEqualTo(firstOpen < 0 ? LOG : firstOpen);
  }
}
