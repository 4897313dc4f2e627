package io.clusterdb.tasks.scheduler.housekeeping;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Offsets of partitions and groups, by the brokers. What cannot be had is left out. */
final class TopicOffsets {
  private static final Logger log = LoggerFactory.getLogger(TopicOffsets.class);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** What Kafka answers where there is no such record. */
  static final long NONE = -1;

  private static final long UNKNOWN = Long.MIN_VALUE;

  private final Admin admin;

  TopicOffsets(Admin admin) {
    this.admin = admin;
  }

  /** Where a group goes on in each partition that it ever committed. */
  Map<TopicPartition, Long> committed(String group) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    Map<TopicPartition, OffsetAndMetadata> answer =
        answer(
            "the offsets of group " + group,
            admin
                .listConsumerGroupOffsets(Map.of(group, new ListConsumerGroupOffsetsSpec()))
                .partitionsToOffsetAndMetadata(group),
            Map.of());
    answer.forEach(
        (partition, offset) -> {
          if (offset != null) {
            offsets.put(partition, offset.offset());
          }
        });
    return offsets;
  }

  /** Whether a group exists and has no member. */
  boolean isEmpty(String group) {
    return answer(
        "the state of group " + group,
        admin
            .describeConsumerGroups(List.of(group))
            .all()
            .thenApply(
                groups ->
                    groups.values().stream()
                        .allMatch(found -> found.groupState() == GroupState.EMPTY)),
        false);
  }

  /** The first offset of each partition. */
  Map<TopicPartition, Long> starts(Collection<TopicPartition> partitions) {
    return offsets(partitions, OffsetSpec.earliest());
  }

  /** The end of each partition. */
  Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
    return offsets(partitions, OffsetSpec.latest());
  }

  /** The first record of each partition appended at this time or later; {@link #NONE} for none. */
  Map<TopicPartition, Long> since(Collection<TopicPartition> partitions, long time) {
    return offsets(partitions, OffsetSpec.forTimestamp(time));
  }

  private Map<TopicPartition, Long> offsets(
      Collection<TopicPartition> partitions, OffsetSpec spec) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    if (partitions.isEmpty()) {
      return offsets;
    }
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, spec));
    ListOffsetsResult result = admin.listOffsets(asked);
    for (TopicPartition partition : partitions) {
      long offset =
          answer(
              "offsets of " + partition,
              result.partitionResult(partition).thenApply(info -> info.offset()),
              UNKNOWN);
      if (offset != UNKNOWN) {
        offsets.put(partition, offset);
      }
    }
    return offsets;
  }

  /** Deletes records below these offsets. */
  void trim(Map<TopicPartition, Long> before) {
    if (before.isEmpty()) {
      return;
    }
    Map<TopicPartition, RecordsToDelete> deletions = new HashMap<>();
    before.forEach((p, offset) -> deletions.put(p, RecordsToDelete.beforeOffset(offset)));
    admin
        .deleteRecords(deletions)
        .lowWatermarks()
        .forEach(
            (partition, done) ->
                answer("the trimming of " + partition, done.thenApply(deleted -> true), false));
  }

  private static <T> T answer(String what, KafkaFuture<T> future, T otherwise) {
    try {
      return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      // A topic or group may be gone since it was listed; the next round looks again.
      log.debug("Housekeeping went on without {}", what, e.getCause());
    } catch (TimeoutException e) {
      log.debug("Housekeeping went on without {}, which took too long", what);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return otherwise;
  }
}
