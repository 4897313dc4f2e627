package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.RateLimit;
import io.clusterdb.tasks.worker.engine.TokenBucket;
import io.clusterdb.tasks.worker.run.Dispatcher;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** This worker's share of its queue's rate limit: that of its partitions of the base topic. */
final class RateShare {
  private final Dispatcher dispatcher;
  private final LongSupplier ticker;
  private @Nullable RateLimit limit;
  private int owned;
  private int total = 1;

  RateShare(Dispatcher dispatcher, LongSupplier ticker) {
    this.dispatcher = dispatcher;
    this.ticker = ticker;
  }

  void limit(@Nullable RateLimit value) {
    if (value == null ? limit == null : value.equals(limit)) {
      return;
    }
    limit = value;
    if (value == null) {
      dispatcher.limit(null);
      return;
    }
    TokenBucket bucket = new TokenBucket(value, ticker.getAsLong());
    bucket.share(share(), ticker.getAsLong());
    dispatcher.limit(bucket);
  }

  void share(int ownedPartitions, int allPartitions) {
    owned = ownedPartitions;
    total = Math.max(1, allPartitions);
    dispatcher.share(share());
  }

  private double share() {
    return Math.min(1.0, (double) owned / total);
  }
}
