package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogDecision;
import io.clusterdb.tasks.topic.TopicAdmin;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topic of a lane that is used without having been declared, and declares it in the
 * catalog, so that workers consume it at once. Thread-safe.
 */
final class LaneTopics {
  private static final Logger log = LoggerFactory.getLogger(LaneTopics.class);

  private final TopicAdmin topics;
  private final Consumer<CatalogDecision> changes;
  private final ConcurrentHashMap<Lane, Queue> known = new ConcurrentHashMap<>();

  /**
   * Creates it.
   *
   * @param changes makes changes of the catalog
   */
  LaneTopics(TopicAdmin topics, Consumer<CatalogDecision> changes) {
    this.topics = topics;
    this.changes = changes;
  }

  private record Lane(String queue, Priority priority) {}

  void ensure(Queue queue, Priority priority) {
    if (queue.priorities().contains(priority)) {
      return;
    }
    Lane lane = new Lane(queue.name(), priority);
    if (!isKnown(lane, queue)) {
      topics.ensureLane(queue, priority);
      declare(queue.name(), priority);
      known.put(lane, queue);
    }
  }

  /** Workers look for lanes themselves now and then, so a job need not fail for this. */
  private void declare(String queue, Priority priority) {
    try {
      changes.accept(catalog -> QueueChanges.declareLane(catalog, queue, priority));
    } catch (TasksException e) {
      log.warn(
          "Lane {} of queue {} is not declared in the catalog; workers find it a few seconds later"
              + " by themselves. Declare it as one of the queue's priorities. {}",
          priority.lane(),
          queue,
          e.getMessage());
    }
  }

  /** A queue that was deleted and made again is another object, and may lack the lane. */
  @SuppressWarnings("ReferenceEquality")
  private boolean isKnown(Lane lane, Queue queue) {
    return known.get(lane) == queue;
  }
}
