package io.clusterdb.tasks.topic;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.kafka.KafkaErrors;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Creates and deletes the platform's topics. Creating is idempotent, by any number of processes at
 * once, and returns when every partition has a leader; topics that exist are left as they are.
 * Thread-safe.
 */
public final class TopicAdmin {
  private static final long POLL_MILLIS = 20;

  /** A broker that restarts, or is too busy to be heard, is back within this, as a rule. */
  private static final Duration BROKERS_BACK = Duration.ofSeconds(5);

  private final Supplier<Admin> admin;
  private final TopicSpecs specs;
  private final int replication;
  private final int sharedPartitions;
  private final String bootstrap;
  private final Duration limit;

  /**
   * Creates it.
   *
   * @param admin gives the client to use; called for each operation
   * @param names names of the topics
   * @param replication replication factor of new topics
   * @param sharedPartitions partitions of topics that all queues share, in a new installation
   * @param bootstrap addresses of the brokers, for messages
   * @param limit how long one operation may take
   */
  public TopicAdmin(
      Supplier<Admin> admin,
      TopicNames names,
      int replication,
      int sharedPartitions,
      String bootstrap,
      Duration limit) {
    this.admin = admin;
    this.specs = new TopicSpecs(names);
    this.replication = replication;
    this.sharedPartitions = sharedPartitions;
    this.bootstrap = bootstrap;
    this.limit = limit;
  }

  /** How the topics are created. */
  public TopicSpecs specs() {
    return specs;
  }

  /**
   * Creates what every installation has. Topics by job id have as many partitions as that of
   * events, which comes first: processes that were told different numbers, at once or years apart,
   * still make topics that fit together.
   */
  public void ensurePlatformTopics() {
    TopicSpec events = specs.events(sharedPartitions);
    ensure(List.of(events));
    int shared = partitions(List.of(events.name())).getOrDefault(events.name(), sharedPartitions);
    ensure(specs.platform(shared));
  }

  /** Creates the topics of a queue. */
  public void ensureQueueTopics(Queue queue) {
    ensure(specs.of(queue));
  }

  /** Creates the topic of one lane of a queue. */
  public void ensureLane(Queue queue, Priority lane) {
    ensure(List.of(specs.lane(queue, lane)));
  }

  /**
   * Creates those that do not exist, and waits until the brokers serve all.
   *
   * @throws TasksException UNREACHABLE, FORBIDDEN, or INVALID_CONFIG if there are fewer brokers
   *     than replicas
   */
  public void ensure(Collection<TopicSpec> wanted) {
    Map<String, TopicSpec> missing = new HashMap<>();
    wanted.forEach(spec -> missing.put(spec.name(), spec));
    long deadline = System.nanoTime() + limit.toNanos();
    missing.keySet().removeAll(served(missing.keySet(), deadline));
    if (missing.isEmpty()) {
      return;
    }
    create(missing.values(), deadline);
    while (!missing.isEmpty()) {
      missing.keySet().removeAll(served(missing.keySet(), deadline));
      if (!missing.isEmpty()) {
        pause(missing.keySet(), deadline);
      }
    }
  }

  /** Those of these topics that exist. */
  public Set<String> existing(Collection<String> topics) {
    return described(topics, System.nanoTime() + limit.toNanos()).keySet();
  }

  /** Partitions of each of these topics that exists. */
  public Map<String, Integer> partitions(Collection<String> topics) {
    Map<String, Integer> counts = new HashMap<>();
    described(topics, System.nanoTime() + limit.toNanos())
        .forEach((topic, description) -> counts.put(topic, description.partitions().size()));
    return counts;
  }

  /**
   * Gives those of these topics that exist more partitions, and waits until the brokers serve them;
   * a topic that has as many already is left as it is.
   *
   * @param partitions how many each has then
   * @throws TasksException UNREACHABLE, FORBIDDEN
   */
  public void grow(Collection<String> topics, int partitions) {
    long deadline = System.nanoTime() + limit.toNanos();
    Map<String, NewPartitions> more = new HashMap<>();
    described(topics, deadline)
        .forEach(
            (topic, description) -> {
              if (description.partitions().size() < partitions) {
                more.put(topic, NewPartitions.increaseTo(partitions));
              }
            });
    admin
        .get()
        .createPartitions(more)
        .values()
        .forEach(
            (topic, done) -> {
              try {
                await(done, deadline);
              } catch (ExecutionException e) {
                throw failed("add partitions to topic " + topic, e);
              }
            });
    Set<String> waiting = new HashSet<>(more.keySet());
    while (!waiting.isEmpty()) {
      waiting.removeAll(served(waiting, partitions, deadline));
      if (!waiting.isEmpty()) {
        pause(waiting, deadline);
      }
    }
  }

  /** Deletes those of these topics that exist. */
  public void delete(Collection<String> topics) {
    long deadline = System.nanoTime() + limit.toNanos();
    admin
        .get()
        .deleteTopics(topics)
        .topicNameValues()
        .forEach(
            (topic, done) -> {
              try {
                await(done, deadline);
              } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                  throw failed("delete topic " + topic, e);
                }
              }
            });
  }

  private void create(Collection<TopicSpec> wanted, long deadline) {
    long patience = Math.min(deadline, System.nanoTime() + BROKERS_BACK.toNanos());
    Map<String, NewTopic> topics = new HashMap<>();
    wanted.forEach(spec -> topics.put(spec.name(), newTopic(spec)));
    while (!topics.isEmpty()) {
      topics.keySet().retainAll(refusedForNow(topics.values(), deadline, patience));
      if (!topics.isEmpty()) {
        pause(topics.keySet(), deadline);
      }
    }
  }

  /** Creates them but for those that more brokers are missing for, which are returned. */
  private Set<String> refusedForNow(Collection<NewTopic> topics, long deadline, long patience) {
    Set<String> refused = new HashSet<>();
    admin
        .get()
        .createTopics(topics)
        .values()
        .forEach(
            (topic, done) -> {
              try {
                await(done, deadline);
              } catch (ExecutionException e) {
                if (e.getCause() instanceof InvalidReplicationFactorException
                    && System.nanoTime() < patience) {
                  refused.add(topic);
                } else if (!(e.getCause() instanceof TopicExistsException)) {
                  throw failed("create topic " + topic, e);
                }
              }
            });
    return refused;
  }

  private NewTopic newTopic(TopicSpec spec) {
    Map<String, String> configs = new HashMap<>(spec.configs());
    configs.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, replication >= 3 ? "2" : "1");
    return new NewTopic(spec.name(), spec.partitions(), (short) replication).configs(configs);
  }

  private Set<String> served(Collection<String> topics, long deadline) {
    return served(topics, 1, deadline);
  }

  /** Those with at least so many partitions, the leaders of which answer. */
  private Set<String> served(Collection<String> topics, int atLeast, long deadline) {
    Set<String> served = new HashSet<>();
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    described(topics, deadline)
        .forEach(
            (topic, description) -> {
              if (description.partitions().size() >= atLeast
                  && description.partitions().stream().allMatch(TopicAdmin::hasLeader)) {
                served.add(topic);
                description
                    .partitions()
                    .forEach(
                        info ->
                            asked.put(
                                new TopicPartition(topic, info.partition()), OffsetSpec.latest()));
              }
            });
    ListOffsetsResult answers = admin.get().listOffsets(asked);
    for (TopicPartition partition : asked.keySet()) {
      if (!leads(partition, answers.partitionResult(partition), deadline)) {
        served.remove(partition.topic());
      }
    }
    return served;
  }

  /**
   * Whether the leader answers for its partition. Metadata names a leader before the broker has
   * taken over, and an idempotent producer that is faster than that can lose its first batches
   * (KAFKA-15591).
   */
  private boolean leads(TopicPartition partition, KafkaFuture<?> answer, long deadline) {
    try {
      await(answer, deadline);
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException) {
        return false;
      }
      throw failed("look at topic " + partition.topic(), e);
    }
  }

  private static boolean hasLeader(org.apache.kafka.common.TopicPartitionInfo partition) {
    return partition.leader() != null && !partition.leader().isEmpty();
  }

  private Map<String, TopicDescription> described(Collection<String> topics, long deadline) {
    Map<String, TopicDescription> found = new HashMap<>();
    admin
        .get()
        .describeTopics(topics)
        .topicNameValues()
        .forEach(
            (topic, description) -> {
              try {
                found.put(topic, await(description, deadline));
              } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                  throw failed("describe topic " + topic, e);
                }
              }
            });
    return found;
  }

  private <T> T await(KafkaFuture<T> future, long deadline) throws ExecutionException {
    try {
      return future.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
      throw failed("manage topics", e);
    }
  }

  private void pause(Set<String> missing, long deadline) {
    try {
      if (System.nanoTime() >= deadline) {
        throw new java.util.concurrent.TimeoutException(
            "no leader of every partition of " + missing);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
      throw failed("create topics " + missing, e);
    }
  }

  private TasksException failed(String what, Exception error) {
    if (KafkaErrors.unwrap(error) instanceof InvalidReplicationFactorException e) {
      return new TasksException(
          ErrorCode.INVALID_CONFIG,
          "could not %s with %d replicas: %s Lower `replication`, or add brokers."
              .formatted(what, replication, e.getMessage()),
          e);
    }
    return KafkaErrors.of(what, bootstrap, error);
  }
}
