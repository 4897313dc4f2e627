package io.clusterdb.tasks.client;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.topic.TopicNames;
import org.jspecify.annotations.Nullable;

/**
 * Where jobs go. Pure.
 *
 * @param names names of topics
 */
record Router(TopicNames names) {
  /**
   * A job's way.
   *
   * @param queue its queue
   * @param topic the topic that its record goes to first
   * @param waits whether the scheduler takes it there, so that it is not in the queue yet
   */
  record Route(Queue queue, String topic, boolean waits) {}

  /**
   * The way of a job; null if the catalog lacks its queue.
   *
   * @throws TasksException INVALID_JOB if the queue cannot take such a job
   */
  @Nullable Route route(CatalogSnapshot catalog, Job job) {
    Queue queue = catalog.queue(catalog.queueOf(job.queue(), job.type()));
    if (queue == null) {
      return null;
    }
    if (job.priority() != Priority.NORMAL && queue.ordering() == Ordering.KEY) {
      throw new TasksException(
          ErrorCode.INVALID_JOB,
          "queue %s orders jobs by key, so it has no lanes; found a job of priority %s. Enqueue it without priority, or use another queue."
              .formatted(queue.name(), job.priority().lane()));
    }
    if (job.unique() != null) {
      return new Route(queue, names.unique(), true);
    }
    boolean waits = job.schedule() != null;
    return new Route(
        queue, waits ? names.delayed() : names.queue(queue.name(), job.priority()), waits);
  }

  /** Says that a job's queue does not exist, and how it came to that queue. */
  static TasksException notFound(CatalogSnapshot catalog, Job job) {
    String name = catalog.queueOf(job.queue(), job.type());
    String why =
        job.queue() != null
            ? ""
            : catalog.type(job.type()) == null || name.equals("default")
                ? ", where jobs go that name no queue and have no registered type"
                : ", where type " + job.type() + " is registered";
    return notFound(name, why);
  }

  /** Says that a queue does not exist. */
  static TasksException notFound(String name, String why) {
    return new TasksException(
        ErrorCode.QUEUE_NOT_FOUND,
        "expected queue %s in the catalog%s, found none. Create it with `tasks queue create %s`, or check the name."
            .formatted(name, why, name));
  }
}
