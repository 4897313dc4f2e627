package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.worker.run.Attempt;
import io.clusterdb.tasks.worker.run.Outcome;
import io.clusterdb.tasks.worker.run.Resort;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles: one transaction for every outcome since the last one, with the offsets. All of it
 * happens or nothing. What a record makes impossible is bisected until the culprit is found; what
 * the broker makes impossible is tried again; what is in doubt is resolved before anything else.
 */
final class Settler {
  private static final Logger LOG = LoggerFactory.getLogger(Settler.class);

  private final SettleProducer producer;
  private final Takeovers takeovers;
  private final Supplier<ConsumerGroupMetadata> group;
  private final BooleanSupplier namesakes;
  private final Culprits culprits;

  /** What is made of an attempt whose outcome cannot be written. */
  interface Culprits {
    /** Replaces the outcome of an attempt that cannot be settled by one that can. */
    void replace(Attempt attempt, KafkaException reason, Resort resort);
  }

  /** How a settlement ended. */
  enum End {
    /** Committed. */
    COMMITTED,
    /** Nothing of it happened; it is worth another try. */
    LATER,
    /** Nothing of it happened, and this process may no longer own what it was about. */
    STALE
  }

  private enum Verdict {
    COMMITTED,
    LATER,
    STALE,
    CULPRIT
  }

  private KafkaException lastError = new KafkaException("none");
  private @Nullable Doubt doubt;
  private boolean nameTaken;

  /** A settlement of which nobody knows yet whether it was committed. */
  private record Doubt(List<Attempt> attempts, Set<PartitionState> dirty) {}

  /**
   * Creates one.
   *
   * @param namesakes whether another worker has the name of this one
   */
  Settler(
      SettleProducer producer,
      Takeovers takeovers,
      Supplier<ConsumerGroupMetadata> group,
      BooleanSupplier namesakes,
      Culprits culprits) {
    this.producer = producer;
    this.takeovers = takeovers;
    this.group = group;
    this.namesakes = namesakes;
    this.culprits = culprits;
  }

  /** What one settlement is about. */
  record Batch(
      List<Attempt> attempts,
      List<ProducerRecord<byte[], byte[]>> announcements,
      Set<PartitionState> touched,
      Map<TopicPartition, PartitionState> partitions) {
    Batch part(List<Attempt> some) {
      return new Batch(some, List.of(), touched, partitions);
    }
  }

  /**
   * Settles a batch. Attempts that were settled are added to {@code settled}, also when a later
   * part of a bisected batch was not.
   */
  End settle(Batch batch, Collection<Attempt> settled) {
    if (nameTaken) {
      return End.STALE;
    }
    Doubt open = doubt;
    if (open != null) {
      Verdict past = resolve(open);
      if (past == Verdict.COMMITTED) {
        settled.addAll(open.attempts());
      }
      return End.LATER; // the owner sorts out what is left, and comes back
    }
    Verdict verdict = tryOnce(batch);
    return switch (verdict) {
      case COMMITTED -> {
        settled.addAll(batch.attempts());
        yield End.COMMITTED;
      }
      case LATER -> End.LATER;
      case STALE -> End.STALE;
      case CULPRIT -> bisect(batch, settled);
    };
  }

  private End bisect(Batch batch, Collection<Attempt> settled) {
    List<Attempt> attempts = batch.attempts();
    if (attempts.isEmpty()) {
      // No attempt is to blame, so the cluster is: topics or rights are missing.
      LOG.warn(
          "A settlement without any outcome was refused and is tried again. Check that the topics"
              + " of the queue exist and that this worker may write them",
          lastError);
      return End.LATER;
    }
    if (attempts.size() == 1) {
      return convict(batch, attempts.get(0), settled);
    }
    int half = attempts.size() / 2;
    End first = settle(batch.part(List.copyOf(attempts.subList(0, half))), settled);
    return first != End.COMMITTED
        ? first
        : settle(batch.part(List.copyOf(attempts.subList(half, attempts.size()))), settled);
  }

  /** What one attempt writes is refused: it becomes a dead letter, or at last an event alone. */
  private End convict(Batch batch, Attempt attempt, Collection<Attempt> settled) {
    Verdict verdict = Verdict.CULPRIT;
    for (Resort resort : Resort.values()) {
      if (verdict == Verdict.CULPRIT) {
        LOG.warn(
            "The broker refused what the attempt at {} writes, so its job becomes a dead letter"
                + " that says so: {}",
            attempt.tenure().partition(),
            lastError);
        culprits.replace(attempt, lastError, resort);
        verdict = tryOnce(batch);
      }
    }
    if (verdict == Verdict.COMMITTED) {
      settled.add(attempt);
      return End.COMMITTED;
    }
    return verdict == Verdict.STALE ? End.STALE : End.LATER;
  }

  private Verdict tryOnce(Batch batch) {
    try {
      producer.ready();
    } catch (KafkaException e) {
      return later("The broker does not let the worker begin a transaction", e);
    }
    Set<PartitionState> dirty = new LinkedHashSet<>(batch.touched());
    boolean began = false;
    try {
      producer.begin();
      began = true;
      for (ProducerRecord<byte[], byte[]> announcement : batch.announcements()) {
        producer.send(announcement);
      }
      for (Attempt attempt : batch.attempts()) {
        PartitionState state = batch.partitions().get(attempt.tenure().partition());
        if (state != null && state.tenure() == attempt.tenure()) {
          write(attempt, state);
          dirty.add(state);
        }
      }
      Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
      for (PartitionState state : dirty) {
        offsets.put(state.partition(), state.proposal());
      }
      producer.commit(offsets, group.get());
      dirty.forEach(PartitionState::settled);
      return Verdict.COMMITTED;
    } catch (SettleProducer.InDoubtException e) {
      return doubt(batch, dirty, e);
    } catch (KafkaException e) {
      return began ? abort(batch, dirty, e) : doubt(batch, dirty, e);
    }
  }

  private void write(Attempt attempt, PartitionState state) {
    Outcome outcome = attempt.outcome();
    for (ProducerRecord<byte[], byte[]> record : outcome.records()) {
      producer.send(record);
    }
    long offset = attempt.record().offset();
    switch (outcome) {
      case Outcome.Done done -> {
        state.tracker().complete(offset);
        state.finishing();
      }
      case Outcome.AgainInPlace again -> {
        state.tracker().attempt(offset, again.nextAttempt());
        state.claim().endedForNow(offset);
        return;
      }
      case Outcome.UnknownType unknown -> {
        // Parked by the owner; never part of a batch.
      }
      case Outcome.Released released -> {
        // Put back by the owner; never part of a batch.
      }
    }
    state.claim().ended(offset);
  }

  private Verdict abort(Batch batch, Set<PartitionState> dirty, KafkaException error) {
    try {
      producer.abort();
    } catch (SettleProducer.InDoubtException e) {
      return doubt(batch, dirty, e);
    }
    dirty.forEach(PartitionState::rollback);
    lastError = error;
    if (isStale(error)) {
      LOG.info("A settlement came after a rebalance and was aborted: {}", error.toString());
      return Verdict.STALE;
    }
    if (isCulprit(error) || (isMissingTopic(error) && isReallyMissing(batch))) {
      return Verdict.CULPRIT;
    }
    return later("A settlement was aborted and is tried again", error);
  }

  private Verdict doubt(Batch batch, Set<PartitionState> dirty, KafkaException error) {
    LOG.warn(
        "The end of a settlement is in doubt and is looked up before anything else is settled: {}",
        error.toString());
    producer.discard();
    if (SettleProducer.isFenced(error) && namesakes.getAsBoolean()) {
      nameTaken = true; // making it anew, for whatever, would fence the other one
      dirty.forEach(PartitionState::rollback);
      return Verdict.STALE;
    }
    Doubt open = new Doubt(batch.attempts(), dirty);
    doubt = open;
    return resolve(open);
  }

  /** Makes the producer anew, which ends the old transaction either way, and looks which way. */
  private Verdict resolve(Doubt open) {
    try {
      producer.ready();
      boolean committed = isCommitted(open.dirty());
      open.dirty().forEach(committed ? PartitionState::settled : PartitionState::rollback);
      doubt = null;
      return committed ? Verdict.COMMITTED : Verdict.LATER;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Verdict.LATER;
    } catch (KafkaException | ExecutionException | java.util.concurrent.TimeoutException e) {
      LOG.warn(
          "The broker does not tell yet how a settlement ended, and is asked again: {}",
          e.toString());
      return Verdict.LATER;
    }
  }

  private boolean isCommitted(Set<PartitionState> dirty)
      throws InterruptedException, ExecutionException, java.util.concurrent.TimeoutException {
    Set<TopicPartition> partitions = new HashSet<>();
    dirty.forEach(state -> partitions.add(state.partition()));
    Map<TopicPartition, OffsetAndMetadata> found = takeovers.committedNow(partitions);
    return dirty.stream().anyMatch(state -> state.proved(found.get(state.partition())));
  }

  /**
   * Whether another worker has the name of this one, which settles nothing any more, not even when
   * it hands its partitions over, and is to end.
   */
  boolean nameTaken() {
    return nameTaken;
  }

  /** Whether nothing may be decided yet, since the end of a settlement is not known. */
  boolean inDoubt() {
    return doubt != null;
  }

  private Verdict later(String what, KafkaException error) {
    lastError = error;
    LOG.warn("{}: {}", what, error.toString());
    return Verdict.LATER;
  }

  private static boolean isStale(Throwable error) {
    for (Throwable e = error; e != null; e = e.getCause()) {
      if (e instanceof CommitFailedException
          || e instanceof IllegalGenerationException
          || e instanceof UnknownMemberIdException
          || e instanceof FencedInstanceIdException
          || e instanceof RebalanceInProgressException) {
        return true;
      }
    }
    return false;
  }

  private static boolean isCulprit(Throwable error) {
    for (Throwable e = error; e != null; e = e.getCause()) {
      if (e instanceof RecordTooLargeException
          || e instanceof RecordBatchTooLargeException
          || e instanceof InvalidTopicException
          || e instanceof UnknownTopicOrPartitionException
          || e instanceof TopicAuthorizationException
          || e instanceof SerializationException) {
        return true;
      }
    }
    return false;
  }

  /**
   * The producer says so by a timeout, as it cannot tell a missing topic from a broker's silence.
   */
  private static boolean isMissingTopic(Throwable error) {
    for (Throwable e = error; e != null; e = e.getCause()) {
      if (e instanceof ApiException
          && e.getMessage() != null
          && e.getMessage().contains("not present in metadata")) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a broker says that a topic does not exist: were silence enough, an outage would make
   * dead letters of jobs that had succeeded.
   */
  private boolean isReallyMissing(Batch batch) {
    Set<String> topics = new HashSet<>();
    batch.announcements().forEach(record -> topics.add(record.topic()));
    for (Attempt attempt : batch.attempts()) {
      attempt.outcome().records().forEach(record -> topics.add(record.topic()));
    }
    try {
      return takeovers.anyMissing(topics);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
