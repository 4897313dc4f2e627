package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.worker.engine.Claims;
import io.clusterdb.tasks.worker.engine.CommitMetadata;
import io.clusterdb.tasks.worker.engine.OffsetTracker;
import io.clusterdb.tasks.worker.engine.PartitionClaim;
import io.clusterdb.tasks.worker.engine.Stake;
import io.clusterdb.tasks.worker.run.Attempt;
import io.clusterdb.tasks.worker.run.Tenure;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Everything that the owner thread knows of one partition during one tenure. */
final class PartitionState implements Stake<Attempt> {
  private final Priority lane;
  private final Tenure tenure;
  private int maxAttemptsInPlace;

  private final Deque<Attempt> heldBack = new ArrayDeque<>();
  private final Deque<Attempt> suspects = new ArrayDeque<>();

  private @Nullable CommitMetadata taken;
  private @Nullable OffsetTracker tracker;
  private @Nullable PartitionClaim claim;
  private long base;
  private String committed = "";
  private @Nullable String proposed;
  private long proposedBase;
  private long bufferedBytes;
  private boolean full;
  private boolean jobsFinished;
  private boolean releasing;
  private long finishedJobs;
  private boolean doubted;

  PartitionState(TopicPartition partition, Priority lane, int maxAttemptsInPlace) {
    this.lane = lane;
    this.tenure = new Tenure(partition);
    this.maxAttemptsInPlace = maxAttemptsInPlace;
  }

  /** The queue's policy has changed. */
  void maxAttemptsInPlace(int value) {
    maxAttemptsInPlace = value;
    if (tracker != null) {
      tracker.maxAttempts(value);
    }
  }

  TopicPartition partition() {
    return tenure.partition();
  }

  Priority lane() {
    return lane;
  }

  Tenure tenure() {
    return tenure;
  }

  /** Where the partition stands is known: its claim is to be committed next. */
  void claim(long committedBase, CommitMetadata last, long logEnd, String owner) {
    base = committedBase;
    taken = Claims.take(committedBase, last, logEnd, owner);
  }

  /** Whether what is told of where it stands is doubted for the first time. */
  boolean firstDoubt() {
    boolean first = !doubted;
    doubted = true;
    return first;
  }

  /** Whether its claim waits for a commit. */
  boolean claiming() {
    return taken != null && tracker == null;
  }

  /** Whether its claim is committed, so that its records may be polled. */
  @Override
  public boolean owned() {
    return tracker != null;
  }

  @Override
  public OffsetTracker tracker() {
    if (tracker == null) {
      throw new IllegalStateException(partition() + " is not claimed yet");
    }
    return tracker;
  }

  @Override
  public PartitionClaim claim() {
    if (claim == null) {
      throw new IllegalStateException(partition() + " is not claimed yet");
    }
    return claim;
  }

  @Override
  public Deque<Attempt> heldBack() {
    return heldBack;
  }

  @Override
  public Deque<Attempt> suspects() {
    return suspects;
  }

  /** The settlement under way is the last one: it hands the partition over. */
  void release() {
    releasing = true;
  }

  /** A finished job is part of the settlement under way. */
  void finishing() {
    jobsFinished = true;
  }

  /** What the settlement under way commits. */
  OffsetAndMetadata proposal() {
    CommitMetadata metadata;
    if (tracker == null) {
      if (taken == null) {
        throw new IllegalStateException(partition() + " has nothing to commit yet");
      }
      proposedBase = base;
      metadata = taken;
    } else {
      proposedBase = tracker.base();
      metadata =
          new CommitMetadata(
              releasing
                  ? claim().release(tracker, jobsFinished)
                  : claim().next(tracker, jobsFinished),
              tracker.end(),
              tracker.holes());
    }
    proposed = metadata.encode(proposedBase);
    return new OffsetAndMetadata(proposedBase, proposed);
  }

  /** Whether this is what the settlement under way proposed, and not what stood before. */
  boolean proved(@Nullable OffsetAndMetadata found) {
    return found != null
        && found.offset() == proposedBase
        && found.metadata().equals(proposed)
        && !(proposedBase == base && committed.equals(proposed));
  }

  /** The settlement was committed. */
  void settled() {
    base = proposedBase;
    committed = proposed == null ? committed : proposed;
    jobsFinished = false;
    if (tracker == null) {
      if (taken == null) {
        throw new IllegalStateException(partition() + " was not claimed");
      }
      tracker = OffsetTracker.restore(base, taken, maxAttemptsInPlace);
      claim = new PartitionClaim(taken, PartitionClaim.DEFAULT_MAX_CRASHES);
      tenure.fencingToken(taken.claim().number());
    } else {
      tracker.settled();
      claim().settled();
    }
  }

  /** The settlement was aborted. */
  void rollback() {
    jobsFinished = false;
    if (tracker != null) {
      tracker.rollback();
      claim().rollback();
    }
  }

  /** The base that was committed last. */
  long committedBase() {
    return base;
  }

  /** Of the room in a commit, the part that the last one used. */
  double metadataUsed() {
    return (double) committed.length() / CommitMetadata.MAX_CHARS;
  }

  void buffered(Attempt attempt) {
    bufferedBytes += attempt.bytes();
  }

  void finished(Attempt attempt) {
    bufferedBytes -= attempt.bytes();
    finishedJobs++;
  }

  long bufferedBytes() {
    return bufferedBytes;
  }

  int buffered() {
    return tracker == null ? 0 : tracker.unfinished();
  }

  /** Jobs that finished during this tenure. */
  long finishedJobs() {
    return finishedJobs;
  }

  /** Whether its commit has no room for more holes. */
  boolean full() {
    return full;
  }

  void full(boolean value) {
    full = value;
  }
}
