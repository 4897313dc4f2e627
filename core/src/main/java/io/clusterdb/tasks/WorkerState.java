package io.clusterdb.tasks;

/** What a processor is doing about one of its queues. */
public enum WorkerState {
  /** It has not been given a share of the queue yet. */
  STARTING,
  /** It has a share, and learns where the last owners left it. */
  TAKING_OVER,
  /** It takes the jobs of its share, if it has one: with more workers than partitions some wait. */
  WORKING,
  /** The queue was deleted; it waits until that is made again. */
  WITHOUT_QUEUE,
  /** No broker has answered lately. */
  UNREACHABLE,
  /** It has ended: after close, or because of an error that it could not survive. */
  ENDED;

  /** Whether jobs of the queue are taken as they come. */
  public boolean ready() {
    return this == WORKING;
  }
}
