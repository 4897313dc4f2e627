package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.topic.TopicAdmin;
import java.util.concurrent.ConcurrentHashMap;

/** Creates the topic of a lane that is used without having been declared. Thread-safe. */
final class LaneTopics {
  private final TopicAdmin topics;
  private final ConcurrentHashMap<Lane, Queue> known = new ConcurrentHashMap<>();

  LaneTopics(TopicAdmin topics) {
    this.topics = topics;
  }

  private record Lane(String queue, Priority priority) {}

  void ensure(Queue queue, Priority priority) {
    if (queue.priorities().contains(priority)) {
      return;
    }
    Lane lane = new Lane(queue.name(), priority);
    if (!isKnown(lane, queue)) {
      topics.ensureLane(queue, priority);
      known.put(lane, queue);
    }
  }

  /** A queue that was deleted and made again is another object, and may lack the lane. */
  @SuppressWarnings("ReferenceEquality")
  private boolean isKnown(Lane lane, Queue queue) {
    return known.get(lane) == queue;
  }
}
