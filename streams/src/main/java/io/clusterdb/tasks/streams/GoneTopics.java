package io.clusterdb.tasks.streams;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.MissingSourceTopicException;

/**
 * Notices that a consumer gives up partitions because their topics were deleted, and keeps that
 * from Kafka Streams, whose tasks go on as {@link TaskInputs} says. Where something was read there
 * that is not committed yet, nobody can say whether it will be read again, so Kafka Streams is told
 * that all is lost, and starts over without the topic. Confined to the consumer's thread.
 */
final class GoneTopics implements ConsumerRebalanceListener {
  private final ConsumerRebalanceListener told;
  private final Supplier<Set<String>> subscription;
  private final Supplier<Set<TopicPartition>> assignment;
  private final TaskInputs inputs;
  private final Misses misses;
  private final Set<String> gone = new TreeSet<>();

  /**
   * Creates it.
   *
   * @param told who hears of the partitions, and forgets of the inputs what goes
   * @param subscription the topics that match the pattern now
   * @param assignment the partitions that the consumer has now
   * @param inputs what the thread's tasks read
   * @param misses counts assignments without the topics
   */
  GoneTopics(
      ConsumerRebalanceListener told,
      Supplier<Set<String>> subscription,
      Supplier<Set<TopicPartition>> assignment,
      TaskInputs inputs,
      Misses misses) {
    this.told = told;
    this.subscription = subscription;
    this.assignment = assignment;
    this.inputs = inputs;
    this.misses = misses;
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    Set<TopicPartition> leaving = inputs.leaving(partitions, assignment.get());
    Set<String> topics = subscription.get();
    List<TopicPartition> deleted =
        partitions.stream()
            .filter(each -> !topics.contains(each.topic()) || !leaving.contains(each))
            .toList();
    Set<String> unsettled = inputs.unsettled(deleted);
    if (!unsettled.isEmpty()) {
      gone.addAll(unsettled);
      onPartitionsLost(partitions);
      return;
    }
    inputs.deleted(deleted);
    if (!leaving.isEmpty()) {
      told.onPartitionsRevoked(leaving);
    }
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    told.onPartitionsLost(partitions);
  }

  /** Starts over as well where the member that assigns misses topics all the same. */
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
