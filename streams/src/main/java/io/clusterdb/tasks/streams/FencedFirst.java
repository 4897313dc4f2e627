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
 * @param patience how long new partitions wait for that at most: a broker may be away
 */
record FencedFirst(
    ConsumerRebalanceListener told,
    Supplier<CompletionStage<@Nullable Void>> fence,
    Duration patience)
    implements ConsumerRebalanceListener {
  private static final Logger LOG = LoggerFactory.getLogger(FencedFirst.class);

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

  private void await(CompletionStage<@Nullable Void> fenced) {
    try {
      fenced.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.warn(
          "Taking partitions on without the answer of every broker on open transactions, which was"
              + " waited for {} s",
          patience.toSeconds());
    } catch (ExecutionException e) {
      LOG.warn("Taking partitions on; open transactions could not be ended", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
