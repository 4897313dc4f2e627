package io.clusterdb.tasks.worker.engine;

import io.clusterdb.tasks.RateLimit;

/**
 * A worker's share of a queue's rate limit, all lanes together. Confined to whoever dispatches;
 * guard it with the lock of the ready queues. Time is a monotonic count of nanoseconds.
 *
 * <p>The share is the part of the queue's base partitions that the worker owns. As no two workers
 * own a partition at once, shares never add up to more than 1, and so all workers together start in
 * any time t at most
 *
 * <pre>perSecond * t + sum of max(1, burst * share)</pre>
 *
 * jobs: the bucket is empty at first, gains tokens only at its share of the rate, and loses what it
 * can no longer hold when its share shrinks, so tokens are never made by a rebalance. The sum is
 * {@code burst} exactly where {@code burst} is at least the number of partitions. Below that a
 * bucket still holds one token, else its worker could never start a job, and the sum may exceed
 * {@code burst} by at most the number of workers.
 */
public final class TokenBucket {
  private static final double NANOS = 1e9;

  private RateLimit limit;
  private double share;
  private double tokens;
  private long filledAt;

  /** A bucket without a share, hence without tokens. */
  public TokenBucket(RateLimit limit, long now) {
    this.limit = limit;
    this.filledAt = now;
  }

  /** Changes the share, 0 to 1: when partitions were assigned or revoked. */
  public void share(double part, long now) {
    if (!(part >= 0 && part <= 1)) {
      throw new IllegalArgumentException("Expected a share from 0 to 1, found " + part);
    }
    fill(now);
    share = part;
    tokens = Math.min(tokens, capacity());
  }

  /** Changes the limit of the queue. */
  public void limit(RateLimit newLimit, long now) {
    fill(now);
    limit = newLimit;
    tokens = Math.min(tokens, capacity());
  }

  /** Takes a token for a job that starts now; false if there is none. */
  public boolean tryTake(long now) {
    fill(now);
    if (tokens < 1) {
      return false;
    }
    tokens -= 1;
    return true;
  }

  /** Nanoseconds until there is a token; 0 if there is one, {@link Long#MAX_VALUE} if never. */
  public long nanosUntilAvailable(long now) {
    fill(now);
    if (tokens >= 1) {
      return 0;
    }
    double rate = limit.perSecond() * share / NANOS;
    double wait = Math.ceil((1 - tokens) / rate);
    return wait < Long.MAX_VALUE ? Math.max(1, (long) wait) : Long.MAX_VALUE;
  }

  private double capacity() {
    return share == 0 ? 0 : Math.max(1, limit.burst() * share);
  }

  private void fill(long now) {
    long elapsed = now - filledAt;
    if (elapsed > 0) {
      tokens = Math.min(capacity(), tokens + limit.perSecond() * share * (elapsed / NANOS));
      filledAt = now;
    }
  }
}
