package io.clusterdb.tasks.streams.routing;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.topic.TopicNames;

/**
 * Decides where a job that is due goes. A topic that is not there must be found out before the job
 * is sent: a send that fails takes its whole transaction along, again and again.
 */
public final class Router {
  private final TopicNames names;
  private final KnownQueues queues;
  private final KnownTopics topics;

  /** Creates the router. */
  public Router(TopicNames names, KnownQueues queues, KnownTopics topics) {
    this.names = names;
    this.queues = queues;
    this.topics = topics;
  }

  /**
   * Where a job goes.
   *
   * @param queue name of its queue, as its record says
   * @param lane its lane; one that the queue does not have is the normal lane
   * @param bytes an upper bound of its record's size
   */
  public Route decide(String queue, Priority lane, int bytes) {
    return switch (queues.find(queue)) {
      case ABSENT ->
          new Route.Refuse(
              ErrorCode.QUEUE_NOT_FOUND,
              "queue "
                  + shown(queue)
                  + " is not in the catalog, so its job cannot leave. Create the queue, and send"
                  + " the job again.");
      case UNKNOWN -> new Route.Wait("the catalog cannot be read to find queue " + shown(queue));
      case PRESENT -> topic(queue, lane, bytes);
    };
  }

  private Route topic(String queue, Priority lane, int bytes) {
    String topic = names.queue(queue, lane);
    int limit = topics.limit(topic);
    if (limit == KnownTopics.MISSING && lane != Priority.NORMAL) {
      return topic(queue, Priority.NORMAL, bytes);
    }
    if (limit == KnownTopics.MISSING) {
      return new Route.Wait(
          "topic " + topic + " of a queue that the catalog has does not exist on the brokers");
    }
    if (limit == KnownTopics.UNKNOWN) {
      return new Route.Wait("the brokers do not say whether topic " + topic + " exists");
    }
    return bytes <= limit ? new Route.To(topic) : tooLarge(topic, bytes, limit);
  }

  /** Where a job goes that is to wait: the topic of waiting jobs, if it takes a record so large. */
  public Route toDelayed(int bytes) {
    String topic = names.delayed();
    int limit = topics.limit(topic);
    return limit < 0 || bytes <= limit ? new Route.To(topic) : tooLarge(topic, bytes, limit);
  }

  private static Route tooLarge(String topic, int bytes, int limit) {
    return new Route.Refuse(
        ErrorCode.INVALID_RECORD,
        "topic %s takes records of at most %d bytes, found %d. Raise its max.message.bytes, or keep large data elsewhere and send a reference."
            .formatted(topic, limit, bytes));
  }

  private static String shown(String queue) {
    return queue.length() > 80 ? queue.substring(0, 80) + "..." : queue;
  }
}
