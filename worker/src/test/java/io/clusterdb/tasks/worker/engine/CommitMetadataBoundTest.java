package io.clusterdb.tasks.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a tracker took finishes in whatever order: the text fits and names every hole. */
class CommitMetadataBoundTest {
  private static final Claim LONGEST =
      new Claim(
          false,
          Integer.MAX_VALUE,
          Long.MAX_VALUE,
          "an-owner-with-a-long-name",
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          true);

  /** Every so many jobs one has overruns; 0 for none. */
  private int overruns;

  @Test
  void boundIsSubadditive() {
    for (long a = 1; a < 600; a++) {
      for (long b = 1; b < 600; b++) {
        assertThat(Codes.gammaBound(a + b))
            .isLessThanOrEqualTo(Codes.gammaBound(a) + Codes.gammaBound(b));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void holdsForAnyGapsAndAnyOrder(long seed) {
    Random random = new Random(seed);
    int maxGapBits = 1 + random.nextInt(24);
    fillAndDrain(seed, 1, gap -> 1 + (random.nextLong() >>> (64 - random.nextInt(maxGapBits) - 1)));
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void holdsWithoutGaps(long seed) {
    fillAndDrain(seed, 1, gap -> 1);
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23})
  void holdsWithTransactionMarkers(long seed) {
    fillAndDrain(seed, 1, gap -> 2);
  }

  @ParameterizedTest
  @ValueSource(longs = {31, 32, 33, 34})
  void holdsWithAnAttemptOnEveryJob(long seed) {
    Random random = new Random(seed);
    fillAndDrain(seed, 1 + random.nextInt(100), gap -> 1 + random.nextInt(3));
  }

  @ParameterizedTest
  @ValueSource(longs = {41, 42, 43, 44})
  void holdsWithSuspectsThatHaveOverrunTheirTurns(long seed) {
    Random random = new Random(seed);
    overruns = 1 + random.nextInt(20);
    fillAndDrain(seed, random.nextInt(3), gap -> 1 + random.nextInt(3));
  }

  private void fillAndDrain(long seed, int maxAttempts, LongUnaryOperator gaps) {
    Random random = new Random(seed);
    OffsetTracker tracker = OffsetTracker.at(5, maxAttempts);
    List<Long> open = new ArrayList<>();
    long offset = 5;
    while (tracker.deliver(offset) != Delivery.FULL) {
      open.add(offset);
      if (maxAttempts > 1) {
        tracker.attempt(offset, maxAttempts);
      }
      if (overruns > 0 && open.size() % overruns == 0) {
        tracker.rememberOverruns(offset, 1 + random.nextInt(Note.MAX_OVERRUNS));
      }
      offset += gaps.applyAsLong(0);
    }
    if (random.nextBoolean()) {
      Collections.shuffle(open, random);
    } else {
      open.sort((a, b) -> Long.compare(a % 4, b % 4)); // every second, every fourth
    }
    int settlements = 0;
    for (long done : open) {
      tracker.complete(done);
      if (++settlements % Math.max(1, open.size() / 60) == 0) {
        tracker.settled();
        if (random.nextInt(4) == 0) {
          tracker.deliver(offset);
          offset += gaps.applyAsLong(0);
        }
        check(seed, tracker);
      }
    }
    tracker.settled();
    check(seed, tracker);
  }

  private static void check(long seed, OffsetTracker tracker) {
    CommitMetadata metadata = new CommitMetadata(LONGEST, tracker.end(), tracker.holes());
    String text = metadata.encode(tracker.base());
    assertThat(text.length()).as("seed %d", seed).isLessThanOrEqualTo(CommitMetadata.MAX_CHARS);
    CommitMetadata read = CommitMetadata.decode(tracker.base(), text);
    assertThat(read.end()).as("seed %d", seed).isEqualTo(tracker.end());
    assertThat(read.holes()).as("seed %d", seed).isEqualTo(tracker.holes());
  }
}
