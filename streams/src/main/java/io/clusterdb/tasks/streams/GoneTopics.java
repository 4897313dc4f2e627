package io.clusterdb.tasks.streams;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.MissingSourceTopicException;

/**
 * Notices that a consumer gave up partitions because their topics were deleted. A task of Kafka
 * Streams reads a partition of every topic of the pattern, and remembers what it has read of each:
 * when one of them is taken away it asks the consumer for its position there, or commits it, and
 * dies of that. So it is told that all is lost, and starts over without the topic. Confined to the
 * consumer's thread.
 */
final class GoneTopics implements ConsumerRebalanceListener {
  private final ConsumerRebalanceListener told;
  private final Supplier<Set<String>> subscription;
  private final Misses misses;
  private final Set<String> gone = new TreeSet<>();

  /**
   * Creates it.
   *
   * @param told who hears of the partitions
   * @param subscription the topics that match the pattern now
   * @param misses counts assignments without the topics
   */
  GoneTopics(ConsumerRebalanceListener told, Supplier<Set<String>> subscription, Misses misses) {
    this.told = told;
    this.subscription = subscription;
    this.misses = misses;
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    Set<String> missing = new TreeSet<>();
    partitions.forEach(partition -> missing.add(partition.topic()));
    missing.removeAll(subscription.get());
    if (missing.isEmpty()) {
      told.onPartitionsRevoked(partitions);
    } else {
      gone.addAll(missing);
      told.onPartitionsLost(partitions);
    }
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    told.onPartitionsLost(partitions);
  }

  /**
   * Starts over as well where the member that assigns knew of a deletion before this one did, or
   * the other way round.
   */
  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    try {
      told.onPartitionsAssigned(partitions);
      misses.none();
    } catch (MissingSourceTopicException e) {
      misses.another(e);
      gone.add("of the pattern");
    }
  }

  /** Topics that have gone since the last call. */
  Set<String> take() {
    Set<String> taken = new TreeSet<>(gone);
    gone.clear();
    return taken;
  }
}
