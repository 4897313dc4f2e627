package io.clusterdb.tasks.streams;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.internals.StreamsPartitionAssignor;
import org.apache.kafka.streams.processor.internals.assignment.AssignmentInfo;
import org.apache.kafka.streams.processor.internals.assignment.AssignorError;

/**
 * The assignor of Kafka Streams, but that tasks keep partitions whose topics were deleted, as
 * {@link TaskInputs} says why, and that a topic which is deleted while partitions are shared out is
 * no error. Public for Kafka, which makes it. Used by its consumer's thread.
 */
public final class KeepingAssignor extends StreamsPartitionAssignor {
  /** Where the consumer's settings have the inputs of the thread's tasks. */
  static final String INPUTS = "tasks.streams.inputs";

  private ThreadLocal<TaskInputs> inputs =
      ThreadLocal.withInitial(() -> new TaskInputs(topic -> false));

  /** For Kafka. */
  public KeepingAssignor() {}

  @Override
  @SuppressWarnings("unchecked") // SignalledConsumer puts it there
  public void configure(Map<String, ?> configs) {
    super.configure(configs);
    if (configs.get(INPUTS) instanceof ThreadLocal<?> given) {
      inputs = (ThreadLocal<TaskInputs>) given;
    }
  }

  /**
   * Kafka Streams refuses to assign anything while a topic is missing that matched the pattern when
   * a thread of this process joined. It was deleted since then, and the others are shared out
   * without it.
   */
  @Override
  public GroupAssignment assign(Cluster metadata, GroupSubscription group) {
    Set<String> there = new HashSet<>();
    group.groupSubscription().values().forEach(member -> there.addAll(member.topics()));
    there.retainAll(metadata.topics());
    handleRebalanceStart(there);
    return super.assign(metadata, group);
  }

  @Override
  public void onAssignment(Assignment assignment, ConsumerGroupMetadata group) {
    AssignmentInfo info = AssignmentInfo.decode(assignment.userData());
    boolean usable =
        info.errCode() == AssignorError.NONE.code()
            && info.activeTasks().size() == assignment.partitions().size();
    super.onAssignment(usable ? kept(assignment, info) : assignment, group);
  }

  private Assignment kept(Assignment assignment, AssignmentInfo info) {
    List<TopicPartition> sorted = sorted(assignment.partitions());
    Map<TopicPartition, TaskId> assigned = new HashMap<>();
    for (int i = 0; i < sorted.size(); i++) {
      assigned.put(sorted.get(i), info.activeTasks().get(i));
    }
    Map<TopicPartition, TaskId> all = inputs.get().assigned(assigned);
    if (all.size() == assigned.size()) {
      return assignment;
    }
    List<TopicPartition> partitions = sorted(all.keySet());
    AssignmentInfo wider =
        new AssignmentInfo(
            info.version(),
            info.commonlySupportedVersion(),
            partitions.stream().map(all::get).toList(),
            info.standbyTasks(),
            info.partitionsByHost(),
            info.standbyPartitionByHost(),
            info.errCode());
    wider.setNextRebalanceTime(info.nextRebalanceMs());
    return new Assignment(partitions, wider.encode());
  }

  /** In the order in which tasks are written down, one for each partition. */
  private static List<TopicPartition> sorted(Iterable<TopicPartition> partitions) {
    List<TopicPartition> sorted = new ArrayList<>();
    partitions.forEach(sorted::add);
    sorted.sort(PARTITION_COMPARATOR);
    return sorted;
  }
}
