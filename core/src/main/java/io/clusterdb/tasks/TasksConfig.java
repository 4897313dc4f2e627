package io.clusterdb.tasks;

import io.clusterdb.tasks.config.ConfigFile;
import io.clusterdb.tasks.topic.TopicNames;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a process needs to know of the platform, usually read from one YAML file. Immutable; each
 * method that takes a value returns a changed copy.
 *
 * @param bootstrap addresses of brokers, as {@code host:port,host:port}
 * @param kafkaProperties reach every Kafka client: TLS, SASL, and what else a cluster asks for
 * @param prefix what every topic, group and transactional id starts with
 * @param replication replication factor of topics that the platform creates
 * @param registryUrl address of a schema registry; null for none
 * @param registryProperties further settings of the registry's client, by Confluent's names
 * @param httpListen {@code host:port} that a service's HTTP server listens on
 * @param queues queues that the file declares
 * @param types types of jobs that the file declares
 */
public record TasksConfig(
    String bootstrap,
    Map<String, String> kafkaProperties,
    String prefix,
    int replication,
    @Nullable String registryUrl,
    Map<String, String> registryProperties,
    String httpListen,
    List<Queue> queues,
    List<TaskDefinition> types) {
  /** Prefix of everything on the broker unless said otherwise. */
  public static final String DEFAULT_PREFIX = "tasks";

  /** Checks the values. */
  public TasksConfig {
    Checks.text("kafka.bootstrap", bootstrap, 10_000);
    Checks.that(
        new TopicNames(prefix).prefix().equals(prefix), "a prefix", prefix); // refuses a bad one
    Checks.that(replication >= 1 && replication <= 100, "a replication of 1 or more", replication);
    kafkaProperties = Map.copyOf(kafkaProperties);
    registryProperties = Map.copyOf(registryProperties);
    queues = List.copyOf(queues);
    types = List.copyOf(types);
  }

  /** Defaults for everything but the brokers' addresses. */
  public static TasksConfig of(String bootstrap) {
    return new TasksConfig(
        bootstrap,
        Map.of(),
        DEFAULT_PREFIX,
        1,
        null,
        Map.of(),
        "127.0.0.1:8080",
        List.of(),
        List.of());
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
    return new TasksConfig(
        servers,
        kafkaProperties,
        prefix,
        replication,
        registryUrl,
        registryProperties,
        httpListen,
        queues,
        types);
  }

  /** With this prefix. */
  public TasksConfig prefix(String value) {
    return new TasksConfig(
        bootstrap,
        kafkaProperties,
        value,
        replication,
        registryUrl,
        registryProperties,
        httpListen,
        queues,
        types);
  }

  /** With this replication factor for topics that the platform creates. */
  public TasksConfig replication(int factor) {
    return new TasksConfig(
        bootstrap,
        kafkaProperties,
        prefix,
        factor,
        registryUrl,
        registryProperties,
        httpListen,
        queues,
        types);
  }

  /** With this schema registry, or null for none. */
  public TasksConfig registryUrl(@Nullable String url) {
    return new TasksConfig(
        bootstrap,
        kafkaProperties,
        prefix,
        replication,
        url,
        registryProperties,
        httpListen,
        queues,
        types);
  }

  /** With these properties for every Kafka client. */
  public TasksConfig kafkaProperties(Map<String, String> properties) {
    return new TasksConfig(
        bootstrap,
        properties,
        prefix,
        replication,
        registryUrl,
        registryProperties,
        httpListen,
        queues,
        types);
  }
}
