package io.clusterdb.tasks.scheduler.housekeeping;

import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.topic.TopicNames;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** How long dead letters are kept. Pure. */
final class DeadLetterRetention {
  /** A queue that keeps nothing of what is consumed still shows for a while what failed. */
  static final Duration LEAST = Duration.ofDays(1);

  /** Of what the scheduler could send nowhere, which is no queue's. */
  static final Duration OF_SCHEDULER = Duration.ofDays(30);

  private DeadLetterRetention() {}

  /**
   * How long each topic keeps its letters: as long as its queue keeps what was consumed, at least
   * {@link #LEAST}; where queues share one, as long as the most patient of them.
   */
  static Map<String, Duration> of(TopicNames names, Collection<Queue> queues) {
    Map<String, Duration> kept = new HashMap<>();
    kept.put(names.schedulerDeadLetters(), OF_SCHEDULER);
    for (Queue queue : queues) {
      Duration own = longer(queue.retention(), LEAST);
      kept.merge(names.deadLetters(queue), own, DeadLetterRetention::longer);
    }
    return kept;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
