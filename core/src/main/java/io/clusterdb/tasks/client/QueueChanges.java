package io.clusterdb.tasks.client;

import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogChange;
import io.clusterdb.tasks.catalog.CatalogKey;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.catalog.Definitions;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What users' changes of queues and types mean for the catalog. Pure. */
final class QueueChanges {
  private QueueChanges() {}

  static List<CatalogChange> create(CatalogSnapshot catalog, Queue queue) {
    Queue existing = catalog.queue(queue.name());
    if (existing == null) {
      checkNames(catalog, queue);
      return List.of(new CatalogChange.PutQueue(queue));
    }
    if (Definitions.same(existing, existing.keepLanes(queue))) {
      return List.of();
    }
    throw new TasksException(
        ErrorCode.CONFLICT,
        "queue %s exists with another definition: %s, not %s. Change it with updateQueue or `tasks apply`, or choose another name."
            .formatted(queue.name(), existing, queue));
  }

  static List<CatalogChange> update(CatalogSnapshot catalog, Queue queue) {
    Queue existing = existing(catalog, queue.name());
    Queue wanted = existing.keepLanes(withPartitionsOf(existing, queue));
    if (Definitions.same(existing, wanted)) {
      return List.of();
    }
    checkNames(catalog, wanted);
    return List.of(new CatalogChange.PutQueue(wanted));
  }

  /** The definition as it is to be. */
  static Queue changed(CatalogSnapshot catalog, String name, UnaryOperator<Queue> change) {
    Queue wanted = change.apply(existing(catalog, name));
    if (!wanted.name().equals(name)) {
      throw new IllegalArgumentException(
          "expected a definition of queue " + name + ", found one of " + wanted.name());
    }
    return wanted;
  }

  /** A lane that is in use belongs to the definition, so that everybody knows of it. */
  static List<CatalogChange> declareLane(CatalogSnapshot catalog, String name, Priority lane) {
    Queue existing = catalog.queue(name);
    if (existing == null
        || existing.ordering() == Ordering.KEY
        || existing.priorities().contains(lane)) {
      return List.of();
    }
    return List.of(new CatalogChange.PutQueue(existing.withLane(lane)));
  }

  static List<CatalogChange> delete(CatalogSnapshot catalog, String name) {
    existing(catalog, name);
    return List.of(
        new CatalogChange.Remove(CatalogKey.queue(name)),
        new CatalogChange.Remove(CatalogKey.queueState(name)));
  }

  static List<CatalogChange> pause(CatalogSnapshot catalog, String name, boolean paused) {
    existing(catalog, name);
    return catalog.paused().contains(name) == paused
        ? List.of()
        : List.of(new CatalogChange.PutQueueState(name, paused, null));
  }

  /**
   * More partitions for a queue.
   *
   * @param partitions how many it has then
   * @throws TasksException QUEUE_NOT_FOUND; CONFLICT if it has more, or orders by key and is not
   *     paused
   */
  static List<CatalogChange> addPartitions(CatalogSnapshot catalog, String name, int partitions) {
    Queue queue = existing(catalog, name);
    if (partitions < queue.partitions()) {
      throw new TasksException(
          ErrorCode.CONFLICT,
          "expected at least the %d partitions that queue %s has, found %d. Kafka cannot take partitions away; to have fewer, create another queue."
              .formatted(queue.partitions(), name, partitions));
    }
    if (partitions == queue.partitions()) {
      return List.of();
    }
    if (queue.ordering() == Ordering.KEY && !catalog.paused().contains(name)) {
      throw new TasksException(
          ErrorCode.CONFLICT,
          "queue %s orders by key, and with more partitions a key's next jobs may go to another one while its last ones still run. Stop enqueuing, let the queue drain, pause it (tasks queue pause %s), and add the partitions then."
              .formatted(name, name));
    }
    return List.of(new CatalogChange.PutQueue(queue.toBuilder().partitions(partitions).build()));
  }

  static List<CatalogChange> register(CatalogSnapshot catalog, TaskDefinition type) {
    TaskDefinition existing = catalog.type(type.type());
    return existing != null && Definitions.same(existing, type)
        ? List.of()
        : List.of(new CatalogChange.PutType(type));
  }

  static Queue existing(CatalogSnapshot catalog, String name) {
    Queue queue = catalog.queue(name);
    if (queue == null) {
      throw Router.notFound(name, "");
    }
    return queue;
  }

  /** The definition with the partitions that its topics have already. */
  static Queue withPartitionsOf(Queue existing, Queue queue) {
    return queue.toBuilder().partitions(existing.partitions()).build();
  }

  /** Whether another queue sends its dead letters there. */
  static boolean shares(CatalogSnapshot catalog, String deadLetterQueue, String but) {
    return catalog.queues().values().stream()
        .anyMatch(
            queue -> !queue.name().equals(but) && deadLetterQueue.equals(deadLetterName(queue)));
  }

  /** A queue and a dead letter queue of one name would be one topic. */
  private static void checkNames(CatalogSnapshot catalog, Queue queue) {
    String target = deadLetterName(queue);
    if (target != null && catalog.queue(target) != null) {
      throw new TasksException(
          ErrorCode.CONFLICT,
          "queue %s wants its dead letters in %s, which is a queue of jobs. Choose another dead_letter.queue."
              .formatted(queue.name(), target));
    }
    if (shares(catalog, queue.name(), queue.name())) {
      throw new TasksException(
          ErrorCode.CONFLICT,
          "queue %s cannot be: another queue keeps its dead letters under this name. Choose another name."
              .formatted(queue.name()));
    }
  }

  static @Nullable String deadLetterName(Queue queue) {
    DeadLetter deadLetter = queue.deadLetter();
    return deadLetter == null ? null : deadLetter.queue();
  }
}
