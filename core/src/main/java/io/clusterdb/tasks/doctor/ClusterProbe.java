package io.clusterdb.tasks.doctor;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.doctor.engine.ClusterFacts;
import io.clusterdb.tasks.doctor.engine.ClusterFacts.QueueFacts;
import io.clusterdb.tasks.doctor.engine.ClusterFacts.Service;
import io.clusterdb.tasks.topic.TopicNames;
import io.clusterdb.tasks.topic.TopicSpec;
import io.clusterdb.tasks.topic.TopicSpecs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Gathers the facts about a cluster, by reading alone. Used by one thread. */
public final class ClusterProbe {
  private static final Duration LATELY = Duration.ofHours(1);

  private final TasksRuntime runtime;
  private final TopicNames names;
  private final AdminFacts admin;

  /** A probe of the cluster of this connection. */
  public ClusterProbe(TasksRuntime runtime) {
    this.runtime = runtime;
    this.names = runtime.names();
    this.admin = new AdminFacts(runtime.admin(), runtime.clock(), runtime.config().bootstrap());
  }

  /**
   * Looks at everything once.
   *
   * @throws io.clusterdb.tasks.TasksException UNREACHABLE, FORBIDDEN
   */
  public ClusterFacts look() {
    CatalogSnapshot catalog = runtime.catalog().latest();
    TopicSpecs specs = runtime.topics().specs();
    Set<String> wanted = new LinkedHashSet<>();
    List<TopicSpec> platform = specs.platform(sharedPartitions());
    platform.forEach(spec -> wanted.add(spec.name()));
    Map<String, List<TopicSpec>> ofQueues = new TreeMap<>();
    for (Queue queue : catalog.queues().values()) {
      List<TopicSpec> topics = specs.of(queue);
      ofQueues.put(queue.name(), topics);
      topics.forEach(spec -> wanted.add(spec.name()));
    }
    // What services keep is in topics that Kafka Streams made, whose loss is as bad.
    wanted.addAll(admin.storesOf(names.schedulerApplication(), names.orchestratorApplication()));
    Map<String, ClusterFacts.Topic> topics = admin.topics(wanted);
    return new ClusterFacts(
        admin.brokers(),
        admin.metadataVersion(),
        topics,
        platform,
        queues(catalog, ofQueues, topics.keySet()),
        new Service(
            admin.members(names.schedulerApplication()), waitingForScheduler(catalog, topics)),
        new Service(admin.members(names.orchestratorApplication()), 0),
        admin.transactions(names.prefix()),
        runtime.catalog().unreadable(),
        strays(catalog));
  }

  /** As many as the topic of events has, which was made first. */
  private int sharedPartitions() {
    return runtime
        .topics()
        .partitions(List.of(names.events()))
        .getOrDefault(names.events(), runtime.config().sharedPartitions());
  }

  private List<QueueFacts> queues(
      CatalogSnapshot catalog, Map<String, List<TopicSpec>> topics, Set<String> existing) {
    List<QueueFacts> facts = new ArrayList<>();
    topics.forEach(
        (name, specs) -> {
          Queue queue = catalog.queue(name);
          if (queue != null) {
            String group = names.group(name);
            Map<Priority, Long> depth =
                existing.contains(names.queue(name)) ? runtime.queues().depth(name) : Map.of();
            facts.add(
                new QueueFacts(
                    queue,
                    specs,
                    catalog.paused().contains(name),
                    depth,
                    admin.members(group),
                    !admin.committed(group).isEmpty(),
                    deadLately(names.deadLetters(queue), existing)));
          }
        });
    return facts;
  }

  /** Tombstones count too: whoever replays within the hour has looked already. */
  private long deadLately(String topic, Set<String> existing) {
    if (!existing.contains(topic)) {
      return 0;
    }
    Set<TopicPartition> partition = Set.of(new TopicPartition(topic, 0));
    long since = runtime.clock().millis() - LATELY.toMillis();
    long from = sum(admin.offsets(partition, OffsetSpec.forTimestamp(since)));
    return from < 0 ? 0 : sum(admin.offsets(partition, OffsetSpec.latest())) - from;
  }

  /** What the scheduler has not taken yet: of jobs that it keeps, only it knows. */
  private long waitingForScheduler(
      CatalogSnapshot catalog, Map<String, ClusterFacts.Topic> topics) {
    Set<String> sources = new LinkedHashSet<>(List.of(names.delayed(), names.unique()));
    catalog.queues().keySet().forEach(queue -> sources.add(names.retry(queue)));
    Set<TopicPartition> partitions = new LinkedHashSet<>();
    for (String source : sources) {
      ClusterFacts.Topic topic = topics.get(source);
      for (int i = 0; topic != null && i < topic.partitions(); i++) {
        partitions.add(new TopicPartition(source, i));
      }
    }
    Map<TopicPartition, Long> taken =
        new HashMap<>(admin.offsets(partitions, OffsetSpec.earliest()));
    taken.putAll(admin.committed(names.schedulerApplication()));
    taken.putAll(admin.committed(names.retriesApplication()));
    long waiting = 0;
    for (Map.Entry<TopicPartition, Long> end :
        admin.offsets(partitions, OffsetSpec.latest()).entrySet()) {
      waiting += Math.max(0, end.getValue() - taken.getOrDefault(end.getKey(), 0L));
    }
    return waiting;
  }

  private static Map<String, String> strays(CatalogSnapshot catalog) {
    Map<String, String> strays = new TreeMap<>();
    for (TaskDefinition type : catalog.types().values()) {
      if (type.queue() != null && catalog.queue(type.queue()) == null) {
        strays.put(type.queue(), "type " + type.type());
      }
    }
    return strays;
  }

  private static long sum(Map<TopicPartition, Long> offsets) {
    return offsets.values().stream().mapToLong(offset -> offset).sum();
  }
}
