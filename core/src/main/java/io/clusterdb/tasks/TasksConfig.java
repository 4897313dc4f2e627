package io.clusterdb.tasks;

import io.clusterdb.tasks.config.ConfigFile;
import io.clusterdb.tasks.kafka.OwnedProperties;
import io.clusterdb.tasks.topic.TopicNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a process needs to know of the platform, usually read from one YAML file. Immutable; each
 * method that takes a value returns a changed copy.
 *
 * @param bootstrap addresses of brokers, as {@code host:port,host:port}
 * @param kafkaProperties reach every Kafka client: TLS, SASL, and what else a cluster asks for;
 *     those that the guarantees stand on are refused with INVALID_CONFIG
 * @param prefix what every topic, group and transactional id starts with
 * @param replication replication factor of topics that the platform creates
 * @param sharedPartitions partitions of the topics that all queues share, such as those of events
 *     and of delayed jobs, where this process is the first to create them; an installation keeps
 *     the number that it began with
 * @param registryUrl address of a schema registry; null for none
 * @param registryProperties further settings of the registry's client, by Confluent's names
 * @param http how a service's HTTP API is served and reached
 * @param queues queues that the file declares
 * @param types types of jobs that the file declares
 * @param openPartitions names of those queues of which the file does not say how many partitions
 *     they have, so that any number fits
 * @param workflows versions of workflows that the file declares
 * @param scheduler schedules that the file declares
 * @param telemetry how this process traces its work; null for not at all
 * @param monitoring what the file says of metrics and alerts; null where it says nothing
 * @param encryption seals the payloads that this process enqueues, and opens those that it gets;
 *     null for none
 */
public record TasksConfig(
    String bootstrap,
    Map<String, String> kafkaProperties,
    String prefix,
    int replication,
    int sharedPartitions,
    @Nullable String registryUrl,
    Map<String, String> registryProperties,
    HttpConfig http,
    List<Queue> queues,
    List<TaskDefinition> types,
    Set<String> openPartitions,
    List<Workflow> workflows,
    Scheduler scheduler,
    @Nullable TracingConfig telemetry,
    @Nullable MetricsConfig monitoring,
    @Nullable PayloadCipher encryption) {
  /** Prefix of everything on the broker unless said otherwise. */
  public static final String DEFAULT_PREFIX = "tasks";

  /** Partitions of the topics that all queues share unless said otherwise. */
  public static final int DEFAULT_SHARED_PARTITIONS = 8;

  /** Checks the values. */
  public TasksConfig {
    Checks.text("kafka.bootstrap", bootstrap, 10_000);
    Checks.that(
        new TopicNames(prefix).prefix().equals(prefix), "a prefix", prefix); // refuses a bad one
    Checks.that(replication >= 1 && replication <= 100, "a replication from 1 to 100", replication);
    Checks.that(
        sharedPartitions >= 1 && sharedPartitions <= 1_000,
        "1 to 1000 shared partitions",
        sharedPartitions);
    kafkaProperties = Map.copyOf(kafkaProperties);
    refuseOwned(kafkaProperties);
    registryProperties = Map.copyOf(registryProperties);
    queues = List.copyOf(queues);
    types = List.copyOf(types);
    openPartitions = Set.copyOf(openPartitions);
    workflows = List.copyOf(workflows);
  }

  /** Defaults for everything but the brokers' addresses. */
  public static TasksConfig of(String bootstrap) {
    return new TasksConfig(
        bootstrap,
        Map.of(),
        DEFAULT_PREFIX,
        1,
        DEFAULT_SHARED_PARTITIONS,
        null,
        Map.of(),
        HttpConfig.DEFAULT,
        List.of(),
        List.of(),
        Set.of(),
        List.of(),
        Scheduler.inZone("UTC"),
        null,
        null,
        null);
  }

  /**
   * Reads a YAML file; values may come from the environment as {@code ${NAME}} or {@code
   * ${NAME:default}}.
   *
   * @throws TasksException INVALID_CONFIG with every problem of the file and its line
   */
  public static TasksConfig load(Path file) {
    return ConfigFile.load(file, System.getenv());
  }

  /** With these brokers. */
  public TasksConfig bootstrap(String servers) {
    return edit(draft -> draft.bootstrap = servers);
  }

  /**
   * With these properties for every Kafka client.
   *
   * @throws TasksException INVALID_CONFIG if one is among them that the platform sets itself, such
   *     as {@code acks} or {@code group.id}
   */
  public TasksConfig kafkaProperties(Map<String, String> properties) {
    return edit(draft -> draft.kafkaProperties = properties);
  }

  /** With this prefix. */
  public TasksConfig prefix(String value) {
    return edit(draft -> draft.prefix = value);
  }

  /** With this replication factor for topics that the platform creates. */
  public TasksConfig replication(int factor) {
    return edit(draft -> draft.replication = factor);
  }

  /**
   * With so many partitions of the topics that all queues share, in an installation that this
   * process is the first of; others keep theirs.
   */
  public TasksConfig sharedPartitions(int count) {
    return edit(draft -> draft.sharedPartitions = count);
  }

  /** With this schema registry, or null for none. */
  public TasksConfig registryUrl(@Nullable String url) {
    return edit(draft -> draft.registryUrl = url);
  }

  /** With these settings of the registry's client. */
  public TasksConfig registryProperties(Map<String, String> properties) {
    return edit(draft -> draft.registryProperties = properties);
  }

  /** With this way to serve and reach the HTTP API. */
  public TasksConfig http(HttpConfig value) {
    return edit(draft -> draft.http = value);
  }

  /** With these queues, whose partitions are all as they say. */
  public TasksConfig queues(List<Queue> declared) {
    return queues(declared, Set.of());
  }

  /** With these queues, of which those named in {@code open} say nothing of their partitions. */
  public TasksConfig queues(List<Queue> declared, Set<String> open) {
    return edit(
        draft -> {
          draft.queues = declared;
          draft.openPartitions = open;
        });
  }

  /** With these types. */
  public TasksConfig types(List<TaskDefinition> declared) {
    return edit(draft -> draft.types = declared);
  }

  /** With these workflows. */
  public TasksConfig workflows(List<Workflow> declared) {
    return edit(draft -> draft.workflows = declared);
  }

  /** With these schedules. */
  public TasksConfig scheduler(Scheduler declared) {
    return edit(draft -> draft.scheduler = declared);
  }

  /** With traces as this says, or null for none. */
  public TasksConfig telemetry(@Nullable TracingConfig tracing) {
    return edit(draft -> draft.telemetry = tracing);
  }

  /** With metrics and alerts as this says, or null to say nothing of them. */
  public TasksConfig monitoring(@Nullable MetricsConfig metrics) {
    return edit(draft -> draft.monitoring = metrics);
  }

  /** With this cipher for payloads, or null for none. */
  public TasksConfig encryption(@Nullable PayloadCipher cipher) {
    return edit(draft -> draft.encryption = cipher);
  }

  /** Without the properties' values, some of which are secrets. */
  @Override
  public String toString() {
    return "TasksConfig[bootstrap=%s, kafkaProperties=%s, prefix=%s, queues=%d, types=%d]"
        .formatted(
            bootstrap,
            kafkaProperties.keySet().stream().sorted().toList(),
            prefix,
            queues.size(),
            types.size());
  }

  private static void refuseOwned(Map<String, String> properties) {
    List<String> refused = new ArrayList<>();
    properties.keySet().stream()
        .sorted()
        .forEach(
            key -> {
              String reason = OwnedProperties.reason(key);
              if (reason != null) {
                refused.add(key + " (" + reason + ")");
              }
            });
    if (!refused.isEmpty()) {
      throw new TasksException(
          ErrorCode.INVALID_CONFIG,
          "expected no Kafka property that the platform sets itself, found %s. Leave it out of kafkaProperties."
              .formatted(String.join("; ", refused)));
    }
  }

  private TasksConfig edit(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.build();
  }

  private static final class Draft {
    private String bootstrap;
    private Map<String, String> kafkaProperties;
    private String prefix;
    private int replication;
    private int sharedPartitions;
    private @Nullable String registryUrl;
    private Map<String, String> registryProperties;
    private HttpConfig http;
    private List<Queue> queues;
    private List<TaskDefinition> types;
    private Set<String> openPartitions;
    private List<Workflow> workflows;
    private Scheduler scheduler;
    private @Nullable TracingConfig telemetry;
    private @Nullable MetricsConfig monitoring;
    private @Nullable PayloadCipher encryption;

    Draft(TasksConfig from) {
      bootstrap = from.bootstrap;
      kafkaProperties = from.kafkaProperties;
      prefix = from.prefix;
      replication = from.replication;
      sharedPartitions = from.sharedPartitions;
      registryUrl = from.registryUrl;
      registryProperties = from.registryProperties;
      http = from.http;
      queues = from.queues;
      types = from.types;
      openPartitions = from.openPartitions;
      workflows = from.workflows;
      scheduler = from.scheduler;
      telemetry = from.telemetry;
      monitoring = from.monitoring;
      encryption = from.encryption;
    }

    TasksConfig build() {
      return new TasksConfig(
          bootstrap,
          kafkaProperties,
          prefix,
          replication,
          sharedPartitions,
          registryUrl,
          registryProperties,
          http,
          queues,
          types,
          openPartitions,
          workflows,
          scheduler,
          telemetry,
          monitoring,
          encryption);
    }
  }
}
