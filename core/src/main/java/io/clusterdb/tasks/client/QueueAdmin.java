package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.catalog.CatalogView;
import io.clusterdb.tasks.catalog.CatalogWriter;
import io.clusterdb.tasks.kafka.KafkaErrors;
import io.clusterdb.tasks.topic.TopicAdmin;
import io.clusterdb.tasks.topic.TopicNames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
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

  private final CatalogView catalog;
  private final CatalogWriter writer;
  private final TopicAdmin topics;
  private final TopicNames names;
  private final Supplier<Admin> admin;
  private final String bootstrap;

  QueueAdmin(
      CatalogView catalog,
      CatalogWriter writer,
      TopicAdmin topics,
      TopicNames names,
      Supplier<Admin> admin,
      String bootstrap) {
    this.catalog = catalog;
    this.writer = writer;
    this.topics = topics;
    this.names = names;
    this.admin = admin;
    this.bootstrap = bootstrap;
  }

  void create(Queue queue) {
    QueueChanges.create(catalog.latest(), queue); // refuses before any topic is made
    topics.ensurePlatformTopics();
    topics.ensureQueueTopics(queue);
    writer.change(snapshot -> QueueChanges.create(snapshot, queue));
  }

  void update(Queue queue) {
    CatalogSnapshot before = catalog.latest();
    QueueChanges.update(before, queue);
    Queue existing = QueueChanges.existing(before, queue.name());
    topics.ensureQueueTopics(QueueChanges.withPartitionsOf(existing, queue));
    writer.change(snapshot -> QueueChanges.update(snapshot, queue));
  }

  void delete(String name) {
    Queue queue = QueueChanges.existing(catalog.latest(), name);
    CatalogSnapshot after = writer.change(snapshot -> QueueChanges.delete(snapshot, name));
    List<String> gone = new ArrayList<>();
    for (Priority lane : Priority.values()) {
      gone.add(names.queue(name, lane));
    }
    gone.add(names.retry(name));
    gone.add(names.deadLetters(name));
    String shared = QueueChanges.deadLetterName(queue);
    if (shared != null && !QueueChanges.shares(after, shared, name)) {
      gone.add(names.deadLetters(queue));
    }
    topics.delete(gone);
    deleteGroup(name);
  }

  void pause(String name, boolean paused) {
    writer.change(snapshot -> QueueChanges.pause(snapshot, name, paused));
  }

  List<Queue> list() {
    return catalog.latest().queues().values().stream()
        .sorted(Comparator.comparing(Queue::name))
        .toList();
  }

  private void deleteGroup(String queue) {
    String group = names.group(queue);
    try {
      admin.get().deleteConsumerGroups(List.of(group)).all().get(GROUP_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (KafkaErrors.unwrap(e) instanceof GroupNotEmptyException) {
        log.info(
            "Workers still listen to the deleted queue {}; its group goes when they do.", queue);
      } else if (!(KafkaErrors.unwrap(e) instanceof GroupIdNotFoundException)) {
        throw KafkaErrors.of("delete group " + group, bootstrap, e);
      }
    } catch (InterruptedException | TimeoutException e) {
      throw KafkaErrors.of("delete group " + group, bootstrap, e);
    }
  }
}
