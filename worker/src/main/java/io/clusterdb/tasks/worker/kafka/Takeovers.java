package io.clusterdb.tasks.worker.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where newly assigned partitions stand. A commit of their last owner may still be
 * pending, which can take as long as a transaction's timeout; so the admin client waits for it, and
 * the owner thread goes on with its other partitions. Answers are taken by the owner thread.
 */
final class Takeovers {
  private static final int WAIT_MS = 2_000;
  private static final int TOPICS_MS = 2_000;

  private final Admin admin;
  private final String group;
  private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();

  /**
   * Where a partition stands.
   *
   * @param committed the committed offset; null if there is none
   * @param logStart the first offset of the log
   * @param logEnd the end of the log for readers of what is committed
   */
  record Standing(@Nullable OffsetAndMetadata committed, long logStart, long logEnd) {}

  /**
   * An answer for the partitions that were asked about together.
   *
   * @param asked those partitions
   * @param standings where they stand; empty if that could not be told
   * @param error why not; null if it could
   */
  record Answer(
      Set<TopicPartition> asked,
      Map<TopicPartition, Standing> standings,
      @Nullable Throwable error) {}

  Takeovers(Admin admin, String group) {
    this.admin = admin;
    this.group = group;
  }

  /** Asks; the answer comes by {@link #next}. */
  @SuppressWarnings("FutureReturnValueIgnored") // the answer is put into the queue
  void ask(Collection<TopicPartition> partitions) {
    Set<TopicPartition> asked = new HashSet<>(partitions);
    CompletableFuture<Map<TopicPartition, OffsetAndMetadata>> offsets = committed(asked);
    CompletableFuture<Map<TopicPartition, ListOffsetsResultInfo>> starts =
        ends(asked, OffsetSpec.earliest());
    CompletableFuture<Map<TopicPartition, ListOffsetsResultInfo>> ends =
        ends(asked, OffsetSpec.latest());
    CompletableFuture.allOf(offsets, starts, ends)
        .whenComplete(
            (nothing, error) -> {
              if (error != null) {
                answers.add(new Answer(asked, Map.of(), error));
                return;
              }
              Map<TopicPartition, Standing> standings = new HashMap<>();
              Set<TopicPartition> unsettled = new HashSet<>();
              for (TopicPartition partition : asked) {
                if (offsets.join().containsKey(partition)) {
                  standings.put(
                      partition, standing(partition, offsets.join(), starts.join(), ends.join()));
                } else {
                  unsettled.add(partition);
                }
              }
              answers.add(new Answer(asked, standings, null));
              if (!unsettled.isEmpty()) {
                answers.add(new Answer(unsettled, Map.of(), pending()));
              }
            });
  }

  /**
   * A partition with a pending commit is absent from the admin client's answer, while one that
   * never had a commit is there with null: taking the first for the second would run jobs again.
   */
  private static IllegalStateException pending() {
    return new IllegalStateException("a commit of the last owner is still pending");
  }

  /** Asks and waits, for a transaction whose end is in doubt. */
  Map<TopicPartition, OffsetAndMetadata> committedNow(Set<TopicPartition> partitions)
      throws InterruptedException, ExecutionException, TimeoutException {
    Map<TopicPartition, OffsetAndMetadata> found = committed(partitions).get(5, TimeUnit.SECONDS);
    if (!found.keySet().containsAll(partitions)) {
      throw new TimeoutException("commits of " + partitions + " are still pending");
    }
    return found;
  }

  /** Whether a broker says that one of these topics does not exist; no if none answers. */
  boolean anyMissing(Set<String> topics) throws InterruptedException {
    for (KafkaFuture<TopicDescription> answer :
        admin
            .describeTopics(
                TopicCollection.ofTopicNames(topics),
                new DescribeTopicsOptions().timeoutMs(TOPICS_MS))
            .topicNameValues()
            .values()) {
      try {
        answer.get(2L * TOPICS_MS, TimeUnit.MILLISECONDS);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof UnknownTopicOrPartitionException
            || e.getCause() instanceof InvalidTopicException) {
          return true;
        }
      } catch (TimeoutException e) {
        return false;
      }
    }
    return false;
  }

  private CompletableFuture<Map<TopicPartition, OffsetAndMetadata>> committed(
      Set<TopicPartition> partitions) {
    return admin
        .listConsumerGroupOffsets(
            Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(partitions)),
            new ListConsumerGroupOffsetsOptions().requireStable(true).timeoutMs(WAIT_MS))
        .partitionsToOffsetAndMetadata(group)
        .toCompletionStage()
        .toCompletableFuture();
  }

  private CompletableFuture<Map<TopicPartition, ListOffsetsResultInfo>> ends(
      Set<TopicPartition> partitions, OffsetSpec end) {
    return admin
        .listOffsets(
            partitions.stream().collect(Collectors.toMap(tp -> tp, tp -> end)),
            new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
        .all()
        .toCompletionStage()
        .toCompletableFuture();
  }

  private static Standing standing(
      TopicPartition partition,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      Map<TopicPartition, ListOffsetsResultInfo> starts,
      Map<TopicPartition, ListOffsetsResultInfo> ends) {
    ListOffsetsResultInfo start = starts.get(partition);
    ListOffsetsResultInfo end = ends.get(partition);
    return new Standing(
        offsets.get(partition), start == null ? 0 : start.offset(), end == null ? 0 : end.offset());
  }

  /** An answer that has come; null for none. */
  @Nullable Answer next() {
    return answers.poll();
  }

  /** Whether an answer has come. */
  boolean hasNext() {
    return !answers.isEmpty();
  }
}
