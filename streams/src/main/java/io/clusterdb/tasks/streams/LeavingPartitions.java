package io.clusterdb.tasks.streams;

import java.util.Collection;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;

/**
 * Forgets how far partitions were read when they go, since others read on there. Confined to the
 * consumer's thread.
 *
 * @param told who hears of the partitions
 * @param inputs what the thread's tasks read
 */
record LeavingPartitions(ConsumerRebalanceListener told, TaskInputs inputs)
    implements ConsumerRebalanceListener {
  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    told.onPartitionsRevoked(partitions);
    inputs.offsets().forget(partitions);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    try {
      told.onPartitionsLost(partitions);
    } finally {
      inputs.clear();
    }
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    told.onPartitionsAssigned(partitions);
  }
}
