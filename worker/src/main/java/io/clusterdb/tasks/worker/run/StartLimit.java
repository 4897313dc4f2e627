package io.clusterdb.tasks.worker.run;

import io.clusterdb.tasks.worker.engine.TokenBucket;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the rate limit lets start, and for how long it let nothing start. Guarded by its
 * dispatcher's lock.
 */
final class StartLimit {
  private final LongSupplier ticker;
  private final LimitedTime limited = new LimitedTime();
  private @Nullable TokenBucket bucket;

  /**
   * Limits nothing yet.
   *
   * @param ticker monotonic nanoseconds
   */
  StartLimit(LongSupplier ticker) {
    this.ticker = ticker;
  }

  /** Sets the limit; null for none. */
  void set(@Nullable TokenBucket limit) {
    bucket = limit;
  }

  /** Changes the share of the limit that this process has. */
  void share(double share) {
    if (bucket != null) {
      bucket.share(share, ticker.getAsLong());
    }
  }

  /** Whether what is ready has to wait for a token now. */
  boolean waits() {
    if (bucket == null) {
      return false;
    }
    long now = ticker.getAsLong();
    boolean wait = bucket.nanosUntilAvailable(now) > 0;
    limited.is(wait, now);
    return wait;
  }

  /** One starts. */
  void take() {
    if (bucket != null) {
      bucket.tryTake(ticker.getAsLong());
    }
  }

  /** Whether anything is limited. */
  boolean exists() {
    return bucket != null;
  }

  /** Nanoseconds until a token comes; 0 where one is there or nothing is limited. */
  long nanosUntilToken() {
    return bucket == null ? 0 : bucket.nanosUntilAvailable(ticker.getAsLong());
  }

  /**
   * For how long something waited for a token in all, in nanoseconds.
   *
   * @param ready whether anything is ready that could wait
   */
  long waitedNanos(boolean ready) {
    long now = ticker.getAsLong();
    return bucket != null && ready ? limited.total(now) : limited.ended(now);
  }
}
