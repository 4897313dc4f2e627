package io.clusterdb.tasks.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clusterdb.tasks.RateLimit;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long SECOND = 1_000_000_000L;
  private static final RateLimit LIMIT = RateLimit.perSecond(100).burst(10);

  @Test
  void isEmptyOnAssignment() {
    TokenBucket bucket = bucket(LIMIT, 1.0);
    assertThat(bucket.tryTake(0)).isFalse();
    assertThat(bucket.nanosUntilAvailable(0)).isEqualTo(SECOND / 100);
    assertThat(bucket.tryTake(SECOND / 100)).isTrue();
    assertThat(bucket.tryTake(SECOND / 100)).isFalse();
  }

  @Test
  void holdsNoMoreThanItsBurst() {
    TokenBucket bucket = bucket(LIMIT, 0.5);
    assertThat(take(bucket, 60 * SECOND)).isEqualTo(5);
  }

  @Test
  void givesItsShareOfTheRate() {
    TokenBucket bucket = bucket(LIMIT, 0.25);
    int taken = 0;
    for (long now = 0; now <= 10 * SECOND; now += SECOND / 1000) {
      taken += take(bucket, now);
    }
    assertThat(taken).isCloseTo(250, within(1));
  }

  @Test
  void startsJobsWithAShareOfLessThanOneToken() {
    TokenBucket bucket = bucket(RateLimit.perSecond(1).burst(1), 0.125);
    assertThat(take(bucket, 7 * SECOND)).isZero();
    assertThat(bucket.nanosUntilAvailable(7 * SECOND)).isEqualTo(SECOND);
    assertThat(take(bucket, 8 * SECOND)).isOne();
    assertThat(take(bucket, 1000 * SECOND)).isOne();
  }

  @Test
  void hasNothingWithoutAShare() {
    TokenBucket bucket = bucket(LIMIT, 1.0);
    bucket.share(0, 60 * SECOND);
    assertThat(bucket.tryTake(120 * SECOND)).isFalse();
    assertThat(bucket.nanosUntilAvailable(120 * SECOND)).isEqualTo(Long.MAX_VALUE);
    bucket.share(1, 180 * SECOND);
    assertThat(bucket.tryTake(180 * SECOND)).isFalse();
  }

  @Test
  void losesWhatASmallerShareCannotHold() {
    TokenBucket bucket = bucket(LIMIT, 1.0);
    bucket.share(0.2, 60 * SECOND);
    assertThat(take(bucket, 60 * SECOND)).isEqualTo(2);
  }

  @Test
  void takesANewLimit() {
    TokenBucket bucket = bucket(LIMIT, 1.0);
    bucket.limit(RateLimit.perSecond(1).burst(3), 60 * SECOND);
    assertThat(take(bucket, 60 * SECOND)).isEqualTo(3);
    assertThat(bucket.nanosUntilAvailable(60 * SECOND)).isEqualTo(SECOND);
  }

  @Test
  void worksWithAClockThatIsNegativeOrRepeats() {
    TokenBucket bucket = new TokenBucket(LIMIT, -5 * SECOND);
    bucket.share(1, -5 * SECOND);
    assertThat(take(bucket, -4 * SECOND)).isEqualTo(10);
    assertThat(take(bucket, -5 * SECOND)).isZero();
    assertThat(take(bucket, -4 * SECOND)).isZero();
  }

  private static TokenBucket bucket(RateLimit limit, double share) {
    TokenBucket bucket = new TokenBucket(limit, 0);
    bucket.share(share, 0);
    return bucket;
  }

  private static int take(TokenBucket bucket, long now) {
    int taken = 0;
    while (bucket.tryTake(now)) {
      taken++;
    }
    return taken;
  }
}
