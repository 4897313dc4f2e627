package io.clusterdb.tasks.streams;

import java.util.Collection;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;

/**
 * Does something after each rebalance, also where it changes nothing.
 *
 * @param told who hears of the partitions
 * @param after what is done; must return at once
 */
record AfterRebalance(ConsumerRebalanceListener told, Runnable after)
    implements ConsumerRebalanceListener {
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
    told.onPartitionsAssigned(partitions);
    after.run();
  }
}
