package io.clusterdb.tasks.worker.run;

import org.apache.kafka.common.TopicPartition;

/**
 * One assignment of one partition to this process, from the rebalance that gave it to the one that
 * takes it away. Every attempt belongs to the tenure that it was polled in, so what outlives it can
 * be told and dropped. The owner thread changes it, others look.
 */
public final class Tenure {
  private final TopicPartition partition;
  private volatile boolean open = true;
  private volatile boolean held = true;
  private volatile long fencingToken;

  /** Starts with this partition open for dispatch. */
  public Tenure(TopicPartition partition) {
    this.partition = partition;
  }

  /** The partition. */
  public TopicPartition partition() {
    return partition;
  }

  /** Whether attempts may still start; false once a revocation drains the partition. */
  public boolean open() {
    return open;
  }

  /** Whether outcomes still count. */
  public boolean held() {
    return held;
  }

  /** Number of the owner's claim; never falls from one owner to the next. */
  public long fencingToken() {
    return fencingToken;
  }

  /** Sets the number of the owner's claim. */
  public void fencingToken(long token) {
    fencingToken = token;
  }

  /** No further attempt starts. */
  public void close() {
    open = false;
  }

  /** Nothing of it counts any more. */
  public void end() {
    open = false;
    held = false;
  }
}
