package io.clusterdb.tasks.doctor;

import io.clusterdb.tasks.doctor.engine.ClusterFacts;
import io.clusterdb.tasks.kafka.KafkaErrors;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Asks the brokers. Used by one thread. */
final class AdminFacts {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String MIN_ISR = "min.insync.replicas";

  private final Admin admin;
  private final InstantSource clock;
  private final String bootstrap;

  AdminFacts(Admin admin, InstantSource clock, String bootstrap) {
    this.admin = admin;
    this.clock = clock;
    this.bootstrap = bootstrap;
  }

  int brokers() {
    return ask("list the brokers", admin.describeCluster().nodes()).size();
  }

  /** The finalized level of {@code metadata.version}; 0 if there is none. */
  int metadataVersion() {
    FinalizedVersionRange range =
        ask("read the features", admin.describeFeatures().featureMetadata())
            .finalizedFeatures()
            .get("metadata.version");
    return range == null ? 0 : range.maxVersionLevel();
  }

  /** Topics that Kafka Streams made for these applications: what they keep, and pass on. */
  List<String> storesOf(String... applications) {
    return ask("list the topics", admin.listTopics().names()).stream()
        .filter(name -> name.endsWith("-changelog") || name.endsWith("-repartition"))
        .filter(name -> Arrays.stream(applications).anyMatch(each -> name.startsWith(each + "-")))
        .sorted()
        .toList();
  }

  /** Those of these topics that exist. */
  Map<String, ClusterFacts.Topic> topics(Collection<String> wanted) {
    Map<String, TopicDescription> found = new HashMap<>();
    admin
        .describeTopics(wanted)
        .topicNameValues()
        .forEach(
            (name, answer) -> {
              try {
                found.put(name, answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS));
              } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                  throw failed("describe topic " + name, e);
                }
              } catch (InterruptedException | TimeoutException e) {
                throw failed("describe topic " + name, e);
              }
            });
    Map<String, Map<String, String>> configs = configs(found.keySet());
    Map<String, ClusterFacts.Topic> topics = new HashMap<>();
    found.forEach(
        (name, description) ->
            topics.put(name, topic(description, configs.getOrDefault(name, Map.of()))));
    return topics;
  }

  private static ClusterFacts.Topic topic(
      TopicDescription description, Map<String, String> configs) {
    int minIsr = Integer.parseInt(configs.getOrDefault(MIN_ISR, "1"));
    int leaderless = 0;
    int shortOfReplicas = 0;
    for (TopicPartitionInfo partition : description.partitions()) {
      if (partition.leader() == null || partition.leader().isEmpty()) {
        leaderless++;
      } else if (partition.isr().size() < minIsr) {
        shortOfReplicas++;
      }
    }
    return new ClusterFacts.Topic(
        description.partitions().size(),
        description.partitions().getFirst().replicas().size(),
        leaderless,
        shortOfReplicas,
        configs);
  }

  private Map<String, Map<String, String>> configs(Collection<String> topics) {
    List<ConfigResource> resources =
        topics.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
    Map<String, Map<String, String>> configs = new HashMap<>();
    Map<ConfigResource, Config> answer =
        ask("read the settings of topics", admin.describeConfigs(resources).all());
    answer.forEach(
        (resource, config) -> {
          Map<String, String> values = new HashMap<>();
          for (ConfigEntry entry : config.entries()) {
            if (entry.value() != null) {
              values.put(entry.name(), entry.value());
            }
          }
          configs.put(resource.name(), values);
        });
    return configs;
  }

  /** Members of a group; 0 if there is no such group. */
  int members(String group) {
    try {
      return admin
          .describeConsumerGroups(List.of(group))
          .all()
          .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
          .values()
          .iterator()
          .next()
          .members()
          .size();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return 0;
      }
      throw failed("describe group " + group, e);
    } catch (InterruptedException | TimeoutException e) {
      throw failed("describe group " + group, e);
    }
  }

  /** Where a group goes on. */
  Map<TopicPartition, Long> committed(String group) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    ask(
            "read the offsets of group " + group,
            admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .forEach(
            (partition, offset) -> {
              if (offset != null) {
                offsets.put(partition, offset.offset());
              }
            });
    return offsets;
  }

  /** Offsets of partitions; -1 where there is none such. */
  Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec spec) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, spec));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    if (!asked.isEmpty()) {
      ListOffsetsResult result = admin.listOffsets(asked);
      ask("read offsets", result.all())
          .forEach((partition, info) -> offsets.put(partition, info.offset()));
    }
    return offsets;
  }

  /** Open transactions of ids or on topics that begin with a prefix. */
  List<ClusterFacts.Transaction> transactions(String prefix) {
    List<ClusterFacts.Transaction> open = new ArrayList<>();
    ListTransactionsOptions options =
        new ListTransactionsOptions()
            .filterStates(
                Set.of(
                    TransactionState.ONGOING,
                    TransactionState.PREPARE_ABORT,
                    TransactionState.PREPARE_COMMIT));
    for (TransactionListing listing :
        ask("list transactions", admin.listTransactions(options).all())) {
      ClusterFacts.Transaction found = transaction(listing.transactionalId());
      if (found != null && concerns(found, prefix + ".")) {
        open.add(found);
      }
    }
    return open;
  }

  private ClusterFacts.@Nullable Transaction transaction(String id) {
    try {
      TransactionDescription found =
          admin
              .describeTransactions(List.of(id))
              .description(id)
              .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      if (found.transactionStartTimeMs().isEmpty()) {
        return null; // It has ended since it was listed.
      }
      // The start is by the clock of the producer's coordinator.
      return new ClusterFacts.Transaction(
          id,
          found.producerId(),
          Duration.ofMillis(clock.millis() - found.transactionStartTimeMs().getAsLong()),
          Duration.ofMillis(found.transactionTimeoutMs()),
          found.topicPartitions().stream().map(TopicPartition::toString).sorted().toList());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TransactionalIdNotFoundException) {
        return null;
      }
      throw failed("describe transaction " + id, e);
    } catch (InterruptedException | TimeoutException e) {
      throw failed("describe transaction " + id, e);
    }
  }

  private static boolean concerns(ClusterFacts.Transaction found, String prefix) {
    return found.id().startsWith(prefix)
        || found.partitions().stream().anyMatch(partition -> partition.startsWith(prefix));
  }

  private <T> T ask(String what, KafkaFuture<T> answer) {
    try {
      return answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | InterruptedException | TimeoutException e) {
      throw failed(what, e);
    }
  }

  private RuntimeException failed(String what, Exception error) {
    return KafkaErrors.of(what, bootstrap, error);
  }
}
