package io.clusterdb.tasks.scheduler.housekeeping;

import java.util.Collection;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Somebody beside a queue's workers who reads its topics, and holds trimming back. */
@FunctionalInterface
public interface TrimHold {
  /**
   * The first offset that it still needs of each of these partitions; one that it does not read is
   * left out.
   */
  Map<TopicPartition, Long> positions(Collection<TopicPartition> partitions);
}
