package io.clusterdb.tasks.doctor.engine;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.topic.TopicSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What there is on a cluster at one time.
 *
 * @param brokers brokers that are up
 * @param metadataVersion the finalized feature level {@code metadata.version}; 0 if unknown
 * @param topics topics of the platform that exist, by name
 * @param platformTopics topics that every installation has, as they are to be
 * @param queues every queue
 * @param scheduler the scheduler
 * @param orchestrator the orchestrator
 * @param transactions transactions that are open on the platform's topics, or have ids of its own
 * @param unreadable keys of the catalog whose newest record cannot be read, each with the reason
 * @param strayQueues queues that are named and do not exist, each with who names it
 */
public record ClusterFacts(
    int brokers,
    int metadataVersion,
    Map<String, Topic> topics,
    List<TopicSpec> platformTopics,
    List<QueueFacts> queues,
    Service scheduler,
    Service orchestrator,
    List<Transaction> transactions,
    Map<String, String> unreadable,
    Map<String, String> strayQueues) {
  /** Copies the collections. */
  public ClusterFacts {
    topics = Map.copyOf(topics);
    platformTopics = List.copyOf(platformTopics);
    queues = List.copyOf(queues);
    transactions = List.copyOf(transactions);
    unreadable = Map.copyOf(unreadable);
    strayQueues = Map.copyOf(strayQueues);
  }

  /**
   * A topic.
   *
   * @param partitions how many it has
   * @param replicas replicas of its first partition
   * @param leaderless partitions without a leader
   * @param shortOfReplicas partitions with fewer replicas in sync than a write needs
   * @param configs its settings by Kafka's names
   */
  public record Topic(
      int partitions,
      int replicas,
      int leaderless,
      int shortOfReplicas,
      Map<String, String> configs) {
    /** Copies the settings. */
    public Topic {
      configs = Map.copyOf(configs);
    }
  }

  /**
   * A queue.
   *
   * @param definition its definition
   * @param topics its topics as they are to be
   * @param paused whether it is paused
   * @param depth jobs that wait for a worker or run, by lane
   * @param members members of its workers' group
   * @param consumed whether a worker ever committed an offset
   * @param deadLately dead letters of the last hour, about
   */
  public record QueueFacts(
      Queue definition,
      List<TopicSpec> topics,
      boolean paused,
      Map<Priority, Long> depth,
      int members,
      boolean consumed,
      long deadLately) {
    /** Copies the collections. */
    public QueueFacts {
      topics = List.copyOf(topics);
      depth = Map.copyOf(depth);
    }

    long waiting() {
      return depth.values().stream().mapToLong(jobs -> jobs).sum();
    }
  }

  /**
   * A service.
   *
   * @param members members of its group
   * @param waiting records that wait for it
   */
  public record Service(int members, long waiting) {}

  /**
   * An open transaction.
   *
   * @param id its transactional id
   * @param producer id of the producer
   * @param age how long it has been open
   * @param timeout after which the broker is to abort it
   * @param partitions partitions whose readers it holds back
   */
  public record Transaction(
      String id, long producer, Duration age, Duration timeout, List<String> partitions) {
    /** Copies the list. */
    public Transaction {
      partitions = List.copyOf(partitions);
    }
  }
}
