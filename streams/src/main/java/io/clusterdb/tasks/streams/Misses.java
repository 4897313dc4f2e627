package io.clusterdb.tasks.streams;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.streams.errors.MissingSourceTopicException;

/**
 * Counts assignments that missed topics, one after the other. A few follow a deletion, until every
 * member of the group has heard of it; many mean that topics are missing that should be there. Of
 * one thread.
 */
final class Misses {
  private static final int MOST = 20;

  private final AtomicInteger code;
  private int count;

  /**
   * Creates it.
   *
   * @param code where Kafka Streams keeps what was wrong with the last assignment; it expects its
   *     thread to die of that, and never clears it
   */
  Misses(AtomicInteger code) {
    this.code = code;
  }

  /** Nothing is missing. */
  void none() {
    count = 0;
  }

  /** Takes note of one, and throws it if there were too many. */
  void another(MissingSourceTopicException miss) {
    count++;
    if (count > MOST) {
      throw miss;
    }
    code.set(0);
  }
}
