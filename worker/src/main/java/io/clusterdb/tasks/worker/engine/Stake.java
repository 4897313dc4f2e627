package io.clusterdb.tasks.worker.engine;

import java.util.Deque;

/**
 * A partition of a worker, as {@link Admission} sees it. Confined to the owner thread.
 *
 * @param <J> a job
 */
public interface Stake<J> {
  /** Whether its claim is committed; the rest may be asked for only then. */
  boolean owned();

  /** Its claim. */
  PartitionClaim claim();

  /** Its offsets. */
  OffsetTracker tracker();

  /** Jobs that wait for a commit with a higher limit; {@link Admission} alone changes it. */
  Deque<J> heldBack();

  /**
   * Jobs that may have killed a worker and need not wait for their keys any more, those that have
   * overrun least turns first; {@link Admission} alone changes it.
   */
  Deque<J> suspects();
}
