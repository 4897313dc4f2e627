package io.clusterdb.tasks.client;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * SplittableRandom's sequence (Steele, Lea and Flood 2014) from a state that threads share: fast,
 * and with a seed that differs from process to process. Not for secrets. Thread-safe.
 */
final class SharedRandom implements RandomGenerator {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private final AtomicLong state;

  SharedRandom(long seed) {
    this.state = new AtomicLong(seed);
  }

  /** One with an unpredictable seed. */
  static SharedRandom seeded() {
    return new SharedRandom(new SecureRandom().nextLong());
  }

  @Override
  public long nextLong() {
    long z = state.addAndGet(GOLDEN_GAMMA);
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
