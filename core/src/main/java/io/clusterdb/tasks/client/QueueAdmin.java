package io.clusterdb.tasks.client;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.audit.Audit;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.catalog.CatalogView;
import io.clusterdb.tasks.catalog.CatalogWriter;
import io.clusterdb.tasks.kafka.KafkaErrors;
import io.clusterdb.tasks.topic.TopicAdmin;
import io.clusterdb.tasks.topic.TopicNames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates, changes and deletes queues: what a definition needs exists before it is in the catalog,
 * and goes after it has left. Thread-safe.
 */
final class QueueAdmin {
  private static final Logger log = LoggerFactory.getLogger(QueueAdmin.class);
  private static final int GROUP_SECONDS = 10;
  private static final int GROUP_POLL_MS = 100;

  private final CatalogView catalog;
  private final CatalogWriter writer;
  private final TopicAdmin topics;
  private final TopicNames names;
  private final DepthProbe depth;
  private final Supplier<Admin> admin;
  private final String bootstrap;
  private final Audit audit;

  QueueAdmin(
      CatalogView catalog,
      CatalogWriter writer,
      TopicAdmin topics,
      TopicNames names,
      DepthProbe depth,
      Supplier<Admin> admin,
      String bootstrap,
      Audit audit) {
    this.audit = audit;
    this.catalog = catalog;
    this.writer = writer;
    this.topics = topics;
    this.names = names;
    this.depth = depth;
    this.admin = admin;
    this.bootstrap = bootstrap;
  }

  void create(Queue queue) {
    audit.run("queue.create", queue.name(), () -> made(queue));
  }

  void update(Queue queue) {
    update(queue.name(), before -> queue);
  }

  void update(String name, UnaryOperator<Queue> change) {
    audit.run("queue.update", name, () -> changed(name, change));
  }

  void delete(String name) {
    audit.run("queue.delete", name, () -> deleted(name));
  }

  /** The topics first: should the catalog not be reached, the same call goes on from there. */
  void addPartitions(String name, int partitions) {
    audit.run("queue.add-partitions", name, () -> grown(name, partitions));
  }

  void pause(String name, boolean paused) {
    audit.run(
        paused ? "queue.pause" : "queue.resume",
        name,
        () -> writer.change(snapshot -> QueueChanges.pause(snapshot, name, paused)));
  }

  private void made(Queue queue) {
    QueueChanges.create(catalog.latest(), queue); // refuses before any topic is made
    topics.ensurePlatformTopics();
    topics.ensureQueueTopics(queue);
    writer.change(snapshot -> QueueChanges.create(snapshot, queue));
  }

  private void changed(String name, UnaryOperator<Queue> change) {
    CatalogSnapshot before = catalog.latest();
    Queue wanted = QueueChanges.changed(before, name, change);
    QueueChanges.update(before, wanted); // refuses before any topic is made
    Queue existing = QueueChanges.existing(before, name);
    topics.ensureQueueTopics(QueueChanges.withPartitionsOf(existing, wanted));
    writer.change(
        snapshot -> QueueChanges.update(snapshot, QueueChanges.changed(snapshot, name, change)));
  }

  private void deleted(String name) {
    Queue queue = QueueChanges.existing(catalog.latest(), name);
    CatalogSnapshot after = writer.change(snapshot -> QueueChanges.delete(snapshot, name));
    List<String> gone = new ArrayList<>(laneTopics(name));
    gone.add(names.retry(name));
    gone.add(names.deadLetters(name));
    String shared = QueueChanges.deadLetterName(queue);
    if (shared != null && !QueueChanges.shares(after, shared, name)) {
      gone.add(names.deadLetters(queue));
    }
    topics.delete(gone);
    deleteGroup(name);
  }

  private void grown(String name, int partitions) {
    CatalogSnapshot before = catalog.latest();
    QueueChanges.addPartitions(before, name, partitions);
    Queue queue = QueueChanges.existing(before, name);
    if (queue.ordering() == Ordering.KEY && partitions > queue.partitions()) {
      checkDrained(queue);
    }
    List<String> work = new ArrayList<>(laneTopics(name));
    work.add(names.retry(name));
    topics.grow(work, partitions);
    writer.change(snapshot -> QueueChanges.addPartitions(snapshot, name, partitions));
  }

  private void checkDrained(Queue queue) {
    long left = depth.applyAsLong(queue);
    if (left > 0) {
      throw new TasksException(
          ErrorCode.CONFLICT,
          "queue %s orders by key and still holds %d jobs or markers of transactions, so that more partitions could break the order of a key. Resume it, let its workers drain it while nothing is enqueued, pause it, and add the partitions then."
              .formatted(queue.name(), left));
    }
  }

  Map<Priority, Long> depth(String name) {
    return depth.byLane(QueueChanges.existing(catalog.latest(), name));
  }

  Set<String> paused() {
    return catalog.latest().paused();
  }

  private List<String> laneTopics(String name) {
    List<String> lanes = new ArrayList<>();
    for (Priority lane : Priority.values()) {
      lanes.add(names.queue(name, lane));
    }
    return lanes;
  }

  List<Queue> list() {
    return catalog.latest().queues().values().stream()
        .sorted(Comparator.comparing(Queue::name))
        .toList();
  }

  /** Workers leave it when they hear that the queue is gone, which takes them a moment. */
  private void deleteGroup(String queue) {
    String group = names.group(queue);
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(GROUP_SECONDS);
    try {
      while (!tryDeleteGroup(group)) {
        if (System.nanoTime() - until > 0) {
          log.warn(
              "Workers still listen to the deleted queue {}. Its offsets went with its topics; its"
                  + " group {} goes some days after they end.",
              queue,
              group);
          return;
        }
        TimeUnit.MILLISECONDS.sleep(GROUP_POLL_MS);
      }
    } catch (ExecutionException | InterruptedException | TimeoutException e) {
      throw KafkaErrors.of("delete group " + group, bootstrap, e);
    }
  }

  private boolean tryDeleteGroup(String group)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      admin.get().deleteConsumerGroups(List.of(group)).all().get(GROUP_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException e) {
      if (KafkaErrors.unwrap(e) instanceof GroupNotEmptyException) {
        return false;
      }
      if (KafkaErrors.unwrap(e) instanceof GroupIdNotFoundException) {
        return true;
      }
      throw e;
    }
  }
}
