package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.worker.engine.CommitMetadata;
import io.clusterdb.tasks.worker.run.Attempt;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that are assigned to this worker, from their takeover to their end. Rebalances are
 * told inside the owner thread's poll.
 */
final class Partitions implements ConsumerRebalanceListener {
  private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);

  private final Map<TopicPartition, PartitionState> states = new HashMap<>();
  private final Consumer<byte[], byte[]> consumer;
  private final Takeovers takeovers;
  private final Handover handover;
  private final Function<TopicPartition, PartitionState> factory;
  private final String owner;

  /** What the owner thread does when partitions come and go. */
  interface Handover {
    /** Drains, settles and hands over these partitions, which are taken away in order. */
    void handOver(Collection<PartitionState> leaving);

    /** These partitions have another owner already: nothing of them counts. */
    void dropped(Collection<PartitionState> lost);

    /** The assignment has changed. */
    void assignmentChanged();
  }

  Partitions(
      Consumer<byte[], byte[]> consumer,
      Takeovers takeovers,
      Handover handover,
      Function<TopicPartition, PartitionState> factory,
      String owner) {
    this.consumer = consumer;
    this.takeovers = takeovers;
    this.handover = handover;
    this.factory = factory;
    this.owner = owner;
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
    for (TopicPartition partition : assigned) {
      states.put(partition, factory.apply(partition));
      // The consumer must not look for the offset itself: a pending commit would hold it up.
      consumer.seek(partition, 0);
    }
    consumer.pause(assigned);
    if (!assigned.isEmpty()) {
      takeovers.ask(assigned);
      handover.assignmentChanged();
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
    List<PartitionState> leaving = remove(revoked);
    if (!leaving.isEmpty()) {
      handover.handOver(leaving);
      forget(leaving);
    }
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> lost) {
    List<PartitionState> gone = remove(lost);
    if (!gone.isEmpty()) {
      LOG.warn(
          "{} were lost to other workers: this one did not answer in time. Their jobs run again"
              + " there.",
          lost);
      handover.dropped(gone);
      forget(gone);
    }
  }

  private List<PartitionState> remove(Collection<TopicPartition> partitions) {
    List<PartitionState> found = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      PartitionState state = states.get(partition);
      if (state != null) {
        found.add(state);
      }
    }
    return found;
  }

  private void forget(Collection<PartitionState> gone) {
    for (PartitionState state : gone) {
      states.remove(state.partition());
    }
    handover.assignmentChanged();
  }

  /** Takes answers about where new partitions stand; their claims are to be committed then. */
  void adopt() {
    for (Takeovers.Answer answer = takeovers.next(); answer != null; answer = takeovers.next()) {
      if (answer.error() != null) {
        LOG.debug(
            "Waiting for the last owner's commit of {}: {}",
            answer.asked(),
            answer.error().toString());
        askAgain(answer.asked());
        continue;
      }
      answer
          .standings()
          .forEach(
              (partition, standing) -> {
                PartitionState state = states.get(partition);
                if (state == null || state.claiming() || state.owned()) {
                  return;
                }
                if (isBeyondEnd(standing) && state.firstDoubt()) {
                  takeovers.ask(Set.of(partition)); // the end may be older than the commit
                } else {
                  adopt(state, standing);
                }
              });
    }
  }

  private void askAgain(Set<TopicPartition> asked) {
    Set<TopicPartition> still = new HashSet<>();
    for (TopicPartition partition : asked) {
      PartitionState state = states.get(partition);
      if (state != null && !state.claiming() && !state.owned()) {
        still.add(partition);
      }
    }
    if (!still.isEmpty()) {
      takeovers.ask(still);
    }
  }

  private static boolean isBeyondEnd(Takeovers.Standing standing) {
    return standing.committed() != null && standing.committed().offset() > standing.logEnd();
  }

  private void adopt(PartitionState state, Takeovers.Standing standing) {
    OffsetAndMetadata committed = standing.committed();
    if (committed != null && isBeyondEnd(standing)) {
      LOG.error(
          "{} ends at {}, before its committed offset {}: the topic was made anew, or lost records."
              + " Starting at its first record, {}.",
          state.partition(),
          standing.logEnd(),
          committed.offset(),
          standing.logStart());
      committed = null;
    }
    if (committed == null) {
      if (standing.logStart() > 0 && standing.committed() == null) {
        LOG.warn(
            "{} has no committed offset although jobs were removed from it: starting at its first"
                + " record, {}. Jobs that were done already may run again.",
            state.partition(),
            standing.logStart());
      }
      state.claim(
          standing.logStart(), CommitMetadata.fresh(standing.logStart()), standing.logEnd(), owner);
    } else if (committed.offset() < standing.logStart()) {
      LOG.error(
          "{} begins at {}, behind its committed offset {}: records between them were removed"
              + " before they were consumed. Check who deletes records of this topic.",
          state.partition(),
          standing.logStart(),
          committed.offset());
      state.claim(
          standing.logStart(), CommitMetadata.fresh(standing.logStart()), standing.logEnd(), owner);
    } else {
      state.claim(
          committed.offset(),
          CommitMetadata.decode(committed.offset(), committed.metadata()),
          standing.logEnd(),
          owner);
    }
  }

  /** Its topics are gone, and nothing of them counts any more. */
  void dropAll() {
    List<PartitionState> gone = List.copyOf(states.values());
    if (!gone.isEmpty()) {
      handover.dropped(gone);
      states.clear();
    }
  }

  /** A partition's records below its log's start are gone: begins again there. */
  void restart(Collection<TopicPartition> partitions) {
    List<PartitionState> gone = remove(partitions);
    handover.dropped(gone);
    gone.forEach(state -> states.remove(state.partition()));
    onPartitionsAssigned(partitions);
  }

  Collection<PartitionState> all() {
    return states.values();
  }

  Map<TopicPartition, PartitionState> byPartition() {
    return states;
  }

  @Nullable PartitionState of(TopicPartition partition) {
    return states.get(partition);
  }

  /** The attempt's partition in the tenure that it belongs to; null if that has ended. */
  @Nullable PartitionState of(Attempt attempt) {
    PartitionState state = of(attempt.tenure().partition());
    return state == null || state.tenure() != attempt.tenure() ? null : state;
  }

  /** Partitions of this lane that are owned or on their way. */
  int count(Priority lane) {
    int count = 0;
    for (PartitionState state : states.values()) {
      count += state.lane() == lane ? 1 : 0;
    }
    return count;
  }
}
