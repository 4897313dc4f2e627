package io.clusterdb.tasks.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.RateLimit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Workers that take all they get at moments of their choice, while partitions move about. */
class TokenBucketSimulationTest {
  private static final int WORKERS = 5;
  private static final int NOBODY = -1;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 60);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void neverExceedsRateAndBurstInAnyWindow(long seed) {
    Random random = new Random(seed);
    int partitions = 1 + random.nextInt(12);
    RateLimit limit = RateLimit.perSecond(200).burst(partitions + random.nextInt(20));
    double bound = simulate(random, limit, partitions);
    assertThat(bound).as("seed %d", seed).isLessThanOrEqualTo(limit.burst() + 1e-6);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void exceedsASmallBurstByOneForEachWorkerAtMost(long seed) {
    Random random = new Random(seed);
    int partitions = 4 + random.nextInt(12);
    RateLimit limit = RateLimit.perSecond(200).burst(1 + random.nextInt(3));
    double bound = simulate(random, limit, partitions);
    assertThat(bound).as("seed %d", seed).isLessThanOrEqualTo(limit.burst() + WORKERS + 1e-6);
  }

  /** Returns the largest excess over the rate, in jobs, of any window of time. */
  private static double simulate(Random random, RateLimit limit, int partitions) {
    int[] owner = new int[partitions];
    Arrays.fill(owner, NOBODY);
    List<TokenBucket> buckets = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      buckets.add(new TokenBucket(limit, 0));
    }
    List<Long> starts = new ArrayList<>();
    long now = 0;
    for (int step = 0; step < 20_000; step++) {
      now += random.nextInt(100) == 0 ? random.nextInt(1_000_000_000) : random.nextInt(2_000_000);
      if (random.nextInt(20) == 0) {
        int partition = random.nextInt(partitions);
        int before = owner[partition];
        owner[partition] = before == NOBODY ? random.nextInt(WORKERS) : NOBODY;
        int changed = Math.max(before, owner[partition]);
        buckets.get(changed).share(share(owner, changed), now);
      } else {
        TokenBucket bucket = buckets.get(random.nextInt(WORKERS));
        while (bucket.tryTake(now)) {
          starts.add(now);
        }
      }
    }
    assertThat(starts).hasSizeGreaterThan(100);
    return largestExcess(starts, limit.perSecond());
  }

  private static double share(int[] owner, int worker) {
    return (double) Arrays.stream(owner).filter(o -> o == worker).count() / owner.length;
  }

  /** The largest j - i + 1 - rate * (start j - start i), in one pass. */
  private static double largestExcess(List<Long> starts, double perSecond) {
    double lowest = Double.MAX_VALUE;
    double excess = 0;
    for (int i = 0; i < starts.size(); i++) {
      double level = i - perSecond * starts.get(i) / 1e9;
      lowest = Math.min(lowest, level);
      excess = Math.max(excess, level - lowest + 1);
    }
    return excess;
  }
}
