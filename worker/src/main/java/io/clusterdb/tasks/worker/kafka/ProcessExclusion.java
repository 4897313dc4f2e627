package io.clusterdb.tasks.worker.kafka;

/** What the queues of one processor share, so that one suspect can run alone among them all. */
public final class ProcessExclusion {
  private final Exclusive exclusive = new Exclusive();

  /** Starts with nothing running alone. */
  public ProcessExclusion() {}

  Exclusive exclusive() {
    return exclusive;
  }
}
