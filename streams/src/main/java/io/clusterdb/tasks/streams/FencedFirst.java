package io.clusterdb.tasks.streams;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the transactions of instances that have gone after each rebalance, and before partitions of
 * theirs are taken over. A task restores its stores up to the end that their changelogs have when
 * it begins. One that went while it committed, frozen say, could come back and commit what was not
 * yet on its way to a changelog then, and the next owner would go on from its offsets without that.
 *
 * @param told who hears of the partitions
 * @param fence begins to end those transactions; must return at once
 * @param patience how long new partitions wait for that at most: a broker may be away, and what
 *     fails is begun again until then
 */
record FencedFirst(
    ConsumerRebalanceListener told,
    Supplier<CompletionStage<@Nullable Void>> fence,
    Duration patience)
    implements ConsumerRebalanceListener {
  private static final Logger LOG = LoggerFactory.getLogger(FencedFirst.class);

  /** Until what failed is begun again. */
  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    told.onPartitionsRevoked(partitions);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    told.onPartitionsLost(partitions);
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    CompletionStage<@Nullable Void> fenced = fence.get();
    if (!partitions.isEmpty()) {
      await(fenced);
    }
    told.onPartitionsAssigned(partitions);
  }

  /** What fails is begun again: a broker may have just come, or gone. */
  private void await(CompletionStage<@Nullable Void> begun) {
    long until = System.nanoTime() + patience.toNanos();
    CompletionStage<@Nullable Void> fenced = begun;
    String why = "no answer yet";
    try {
      for (long left = patience.toNanos(); left > 0; left = until - System.nanoTime()) {
        try {
          fenced.toCompletableFuture().get(left, TimeUnit.NANOSECONDS);
          return;
        } catch (ExecutionException e) {
          why = String.valueOf(e.getCause());
          TimeUnit.NANOSECONDS.sleep(Math.min(AGAIN_NANOS, left));
          fenced = fence.get();
        }
      }
    } catch (TimeoutException e) {
      // What failed before says more, if something did.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    LOG.warn(
        "Taking partitions on without having heard from every broker of open transactions within {}"
            + " ms: {}",
        patience.toMillis(),
        why);
  }
}
