package io.clusterdb.tasks.orchestrator.tracker.engine;

import java.util.Comparator;

/**
 * Where on the log a fact was read. Makes a fact that is read twice the same fact, and breaks ties.
 *
 * @param source kind of topic
 * @param partition partition of the topic
 * @param offset offset in the partition
 */
public record Place(Source source, int partition, long offset) implements Comparable<Place> {
  private static final Comparator<Place> ORDER =
      Comparator.comparing(Place::source)
          .thenComparingInt(Place::partition)
          .thenComparingLong(Place::offset);

  /** Kinds of topics that tell of a job. */
  public enum Source {
    /** The queue's lane of high priority. */
    HIGH,
    /** The queue's own topic. */
    NORMAL,
    /** The queue's lane of low priority. */
    LOW,
    /** Jobs that wait for their time. */
    DELAYED,
    /** Dead letters. */
    DEAD_LETTERS,
    /** Events. */
    EVENTS
  }

  @Override
  public int compareTo(Place other) {
    return ORDER.compare(this, other);
  }
}
