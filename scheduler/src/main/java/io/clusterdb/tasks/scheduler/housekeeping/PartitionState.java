package io.clusterdb.tasks.scheduler.housekeeping;

import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/**
 * What is known of a partition that may be trimmed.
 *
 * @param partition the partition
 * @param start its first offset
 * @param committed where its consumers go on; empty if they never committed
 * @param keptFrom its first record that is young enough to be kept though consumed; empty for none
 * @param holds positions of others that still read it
 */
public record PartitionState(
    TopicPartition partition,
    long start,
    OptionalLong committed,
    OptionalLong keptFrom,
    List<Long> holds) {
  /** Copies the list. */
  public PartitionState {
    holds = List.copyOf(holds);
  }

  /**
   * The offset below which records go: never one that is not consumed, is young enough to be kept,
   * or is still to be read by others. Empty if none can go.
   */
  public OptionalLong trimBefore() {
    if (committed.isEmpty()) {
      return OptionalLong.empty();
    }
    long before = committed.getAsLong();
    if (keptFrom.isPresent()) {
      before = Math.min(before, keptFrom.getAsLong());
    }
    for (long hold : holds) {
      before = Math.min(before, hold);
    }
    return before > start ? OptionalLong.of(before) : OptionalLong.empty();
  }
}
