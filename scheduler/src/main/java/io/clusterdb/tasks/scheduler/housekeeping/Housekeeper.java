package io.clusterdb.tasks.scheduler.housekeeping;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.topic.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One round of housekeeping at a time: trims what was consumed and is old enough, keeps the offsets
 * of groups without members, and expires dead letters. A round that two instances do at once does
 * no harm. Used by one thread.
 */
public final class Housekeeper {
  private static final Logger log = LoggerFactory.getLogger(Housekeeper.class);

  private final TasksRuntime runtime;
  private final TopicNames names;
  private final TopicOffsets offsets;
  private final IdleGroups idleGroups;
  private final RefreshTimes refreshTimes;
  private final DeadLetterExpiry expiry;
  private final List<TrimHold> holds;

  /**
   * Creates it.
   *
   * @param refresh time between two refreshes of an idle group's offsets; well below the broker's
   *     {@code offsets.retention.minutes}
   * @param holds others who read queues' topics
   * @param ticker a monotonic clock in nanoseconds
   */
  public Housekeeper(
      TasksRuntime runtime, Duration refresh, List<TrimHold> holds, LongSupplier ticker) {
    this.runtime = runtime;
    this.names = runtime.names();
    this.offsets = new TopicOffsets(runtime.admin());
    this.expiry = new DeadLetterExpiry(runtime, offsets);
    this.idleGroups = new IdleGroups(runtime.clients(), ticker);
    this.refreshTimes = new RefreshTimes(refresh, ticker);
    this.holds = List.copyOf(holds);
  }

  /** Does everything once. */
  public void round() {
    Collection<Queue> queues = runtime.catalog().current().queues().values();
    trimWaiting(queues);
    for (Queue queue : queues) {
      String group = names.group(queue.name());
      Map<TopicPartition, Long> committed = offsets.committed(group);
      if (!committed.isEmpty()) {
        trimQueue(queue, committed);
        refresh(group, committed.keySet());
      }
    }
    expiry.round(DeadLetterRetention.of(names, queues));
    refreshTimes.keepOnly(
        queues.stream().map(queue -> names.group(queue.name())).collect(Collectors.toSet()));
  }

  /** Retries and waiting jobs are of no use to anybody once the scheduler has taken them over. */
  private void trimWaiting(Collection<Queue> queues) {
    Set<String> retries = new LinkedHashSet<>();
    queues.forEach(queue -> retries.add(names.retry(queue.name())));
    trimTaken(names.retriesApplication(), retries);
    trimTaken(names.schedulerApplication(), Set.of(names.delayed(), names.unique()));
  }

  private void trimTaken(String group, Set<String> topics) {
    Map<TopicPartition, Long> committed = offsets.committed(group);
    committed.keySet().removeIf(partition -> !topics.contains(partition.topic()));
    trim(committed, Map.of());
  }

  private void trimQueue(Queue queue, Map<TopicPartition, Long> committed) {
    Set<String> lanes = new LinkedHashSet<>();
    for (Priority lane : Priority.values()) {
      lanes.add(names.queue(queue.name(), lane));
    }
    Map<TopicPartition, Long> ofLanes = new HashMap<>(committed);
    ofLanes.keySet().removeIf(partition -> !lanes.contains(partition.topic()));
    long oldest = runtime.clock().millis() - queue.retention().toMillis();
    Map<TopicPartition, Long> keptFrom = offsets.since(ofLanes.keySet(), Math.max(0, oldest));
    ofLanes.keySet().retainAll(keptFrom.keySet()); // what is not known is not trimmed
    keptFrom.values().removeIf(offset -> offset == TopicOffsets.NONE);
    trim(ofLanes, keptFrom);
  }

  private void trim(Map<TopicPartition, Long> committed, Map<TopicPartition, Long> keptFrom) {
    Map<TopicPartition, List<Long>> held = new HashMap<>();
    for (TrimHold hold : holds) {
      hold.positions(committed.keySet())
          .forEach((p, offset) -> held.computeIfAbsent(p, any -> new ArrayList<>()).add(offset));
    }
    Map<TopicPartition, Long> before = new HashMap<>();
    offsets
        .starts(committed.keySet())
        .forEach(
            (partition, start) ->
                new PartitionState(
                        partition,
                        start,
                        of(committed.get(partition)),
                        of(keptFrom.get(partition)),
                        held.getOrDefault(partition, List.of()))
                    .trimBefore()
                    .ifPresent(offset -> before.put(partition, offset)));
    if (!before.isEmpty()) {
      log.debug("Trimming {}", before);
      offsets.trim(before);
    }
  }

  private static OptionalLong of(@Nullable Long offset) {
    return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
  }

  private void refresh(String group, Set<TopicPartition> committed) {
    if (!refreshTimes.isDue(group) || !offsets.isEmpty(group)) {
      return;
    }
    Set<String> topics = new TreeSet<>();
    committed.forEach(partition -> topics.add(partition.topic()));
    if (idleGroups.refresh(group, topics)) {
      refreshTimes.refreshed(group);
    } else {
      log.warn(
          "Group {} has no members, and did not take housekeeping in to keep its offsets; the next"
              + " round tries again",
          group);
    }
  }
}
