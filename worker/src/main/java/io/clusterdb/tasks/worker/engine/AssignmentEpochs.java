package io.clusterdb.tasks.worker.engine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which assignment of a partition is the current one. Every item carries the epoch under which it
 * was polled; an item of an older epoch is no longer this worker's to start or settle, even if the
 * partition has come back meanwhile. The owner thread assigns and ends; any thread may ask.
 *
 * @param <P> identity of a partition
 */
public final class AssignmentEpochs<P> {
  /** No partition ever has this epoch. */
  public static final int NOT_OWNED = 0;

  private final Map<P, Integer> current = new ConcurrentHashMap<>();
  private int last;

  /** The partition was assigned: returns its new epoch, above all before. */
  public int assign(P partition) {
    last++;
    current.put(partition, last);
    return last;
  }

  /** The partition was revoked or lost: nothing of it is owned any more. */
  public void end(P partition) {
    current.remove(partition);
  }

  /** The epoch of the partition, {@link #NOT_OWNED} if it is not assigned. */
  public int epoch(P partition) {
    return current.getOrDefault(partition, NOT_OWNED);
  }

  /** Whether an item of this epoch is this worker's. */
  public boolean owns(P partition, int epoch) {
    return epoch != NOT_OWNED && epoch(partition) == epoch;
  }
}
