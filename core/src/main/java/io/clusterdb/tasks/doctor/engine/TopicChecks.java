package io.clusterdb.tasks.doctor.engine;

import io.clusterdb.tasks.doctor.engine.ClusterFacts.QueueFacts;
import io.clusterdb.tasks.doctor.engine.ClusterFacts.Topic;
import io.clusterdb.tasks.topic.TopicSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Topics: whether they are there, served, safe, and set as they must be. Pure. */
final class TopicChecks {
  private static final String MIN_ISR = "min.insync.replicas";
  private static final String CLEANUP = "cleanup.policy";
  private static final String RETENTION_MS = "retention.ms";
  private static final String RETENTION_BYTES = "retention.bytes";
  private static final String STAMP = "message.timestamp.type";
  private static final String MAX_BYTES = "max.message.bytes";
  private static final String FOR_EVER = "-1";
  private static final int ENOUGH_BROKERS = 3;

  private TopicChecks() {}

  static void check(ClusterFacts facts, List<Finding> found) {
    Map<String, TopicSpec> expected = new LinkedHashMap<>();
    facts.platformTopics().forEach(spec -> expected.put(spec.name(), spec));
    for (QueueFacts queue : facts.queues()) {
      queue.topics().forEach(spec -> expected.putIfAbsent(spec.name(), spec));
    }
    expected.forEach(
        (name, spec) -> {
          Topic topic = facts.topics().get(name);
          if (topic == null) {
            found.add(missing(name));
          } else {
            settings(spec, topic, found);
            partitions(spec, topic, found);
          }
        });
    new TreeMap<>(facts.topics()).forEach((name, topic) -> replicas(name, topic, found));
    single(facts, found);
  }

  private static Finding missing(String topic) {
    return Finding.error(
        "missing-topic",
        "topic " + topic,
        "the topic does not exist",
        "Whatever belongs there cannot be written; transactions with it fail.",
        "Apply the definitions again ('tasks apply -f FILE', or 'tasks queue create' with the same"
            + " options): what is missing is made.");
  }

  private static void partitions(TopicSpec spec, Topic topic, List<Finding> found) {
    if (topic.partitions() < spec.partitions()) {
      found.add(
          Finding.warning(
              "too-few-partitions",
              "topic " + spec.name(),
              "it has %d partitions of %d".formatted(topic.partitions(), spec.partitions()),
              "An addition of partitions was interrupted, or the topic was made by hand.",
              "If it is a queue's: tasks queue add-partitions QUEUE " + spec.partitions()));
    }
  }

  private static void settings(TopicSpec spec, Topic topic, List<Finding> found) {
    Map<String, String> wrong = new TreeMap<>();
    for (String name : List.of(CLEANUP, STAMP, RETENTION_MS, RETENTION_BYTES)) {
      String wanted = spec.configs().get(name);
      boolean matters = !name.startsWith("retention") || FOR_EVER.equals(wanted);
      if (wanted != null && matters && !wanted.equals(topic.configs().get(name))) {
        wrong.put(name, wanted);
      }
    }
    String most = spec.configs().get(MAX_BYTES);
    if (most != null && number(topic.configs().get(MAX_BYTES)) < number(most)) {
      wrong.put(MAX_BYTES, most);
    }
    wrong.forEach((name, wanted) -> found.add(setting(spec.name(), topic, name, wanted)));
  }

  private static Finding setting(String topic, Topic found, String name, String wanted) {
    String why =
        switch (name) {
          case CLEANUP, RETENTION_MS, RETENTION_BYTES ->
              "Kafka may delete what has not been consumed, or keep what it should not.";
          case STAMP ->
              "Delays and retention count from the time that the broker puts on a record.";
          default -> "A record that grows on its way, by its errors or its result, is refused.";
        };
    return Finding.error(
        "wrong-topic-setting",
        "topic " + topic,
        "%s is %s, and must be %s%s"
            .formatted(
                name,
                found.configs().getOrDefault(name, "unset"),
                wanted,
                name.equals(MAX_BYTES) ? " or more" : ""),
        why,
        "kafka-configs.sh --alter --entity-type topics --entity-name %s --add-config %s=%s"
            .formatted(topic, name, wanted));
  }

  private static void replicas(String name, Topic topic, List<Finding> found) {
    if (topic.leaderless() > 0) {
      found.add(
          Finding.error(
              "no-leader",
              "topic " + name,
              "%d of %d partitions have no leader"
                  .formatted(topic.leaderless(), topic.partitions()),
              "Nothing can be written to them or read from them.",
              "Bring the brokers back that hold their replicas."));
    }
    long minIsr = number(topic.configs().get(MIN_ISR));
    if (topic.replicas() < minIsr) {
      found.add(
          Finding.error(
              "too-few-replicas",
              "topic " + name,
              "it has %d replicas, and min.insync.replicas is %d"
                  .formatted(topic.replicas(), minIsr),
              "No job can be enqueued or settled: acks=all is refused.",
              "Add replicas with kafka-reassign-partitions.sh, or lower min.insync.replicas."));
    } else if (topic.shortOfReplicas() > 0) {
      found.add(
          Finding.error(
              "replicas-out-of-sync",
              "topic " + name,
              "%d of %d partitions have fewer than %d replicas in sync"
                  .formatted(topic.shortOfReplicas(), topic.partitions(), minIsr),
              "Writes to them are refused until replicas have caught up.",
              "Bring the missing brokers back; see kafka-topics.sh --describe"
                  + " --under-min-isr-partitions."));
    }
  }

  /** One finding for all: whoever runs one replica runs it everywhere. */
  private static void single(ClusterFacts facts, List<Finding> found) {
    List<String> single = new ArrayList<>();
    new TreeMap<>(facts.topics())
        .forEach(
            (name, topic) -> {
              if (topic.replicas() == 1) {
                single.add(name);
              }
            });
    if (facts.brokers() >= ENOUGH_BROKERS && !single.isEmpty()) {
      found.add(
          Finding.warning(
              "one-replica",
              "cluster",
              "%d topics have one replica on %d brokers, such as %s"
                  .formatted(single.size(), facts.brokers(), single.getFirst()),
              "The loss of one broker loses their jobs.",
              "Set 'replication: 3' for new topics, and add replicas to these with"
                  + " kafka-reassign-partitions.sh."));
    }
  }

  private static long number(@Nullable String text) {
    try {
      return text == null ? 0 : Long.parseLong(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
