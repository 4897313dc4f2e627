package io.clusterdb.tasks.worker.middleware;

import io.clusterdb.tasks.DeclaredMiddleware;
import io.clusterdb.tasks.JobContext;
import io.clusterdb.tasks.Middleware;
import io.clusterdb.tasks.RateLimit;
import io.clusterdb.tasks.worker.engine.TokenBucket;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets handlers start at most at a rate, in the order in which they came, and as many at once as
 * the burst after a pause; the start of the worker is none. Who is interrupted while waiting leaves
 * its place and takes no token.
 */
final class RateLimitMiddleware implements Middleware {
  private final Ticker ticker;
  private final TokenBucket bucket;
  private final ReentrantLock turn = new ReentrantLock(true);

  RateLimitMiddleware(DeclaredMiddleware.LocalRateLimit limit, Ticker ticker) {
    this.ticker = ticker;
    this.bucket = new TokenBucket(new RateLimit(limit.perSecond(), limit.burst()), ticker.nanos());
    bucket.share(1, ticker.nanos());
  }

  @Override
  public @Nullable Object handle(JobContext context, Next next) throws Exception {
    awaitToken();
    return next.run();
  }

  private void awaitToken() throws InterruptedException {
    turn.lockInterruptibly();
    try {
      // The first in line waits with the turn in its hand, the others for the turn.
      while (!bucket.tryTake(ticker.nanos())) {
        ticker.sleep(bucket.nanosUntilAvailable(ticker.nanos()));
      }
    } finally {
      turn.unlock();
    }
  }
}
