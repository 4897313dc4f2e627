package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.TasksConfig;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Options that every command takes. */
final class GlobalOptions {
  private static final String DEFAULT_BOOTSTRAP = "localhost:9092";

  private final Map<String, String> environment;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--bootstrap",
      scope = ScopeType.INHERIT,
      paramLabel = "HOST:PORT,...",
      description = "Kafka brokers (TASKS_BOOTSTRAP; default: " + DEFAULT_BOOTSTRAP + ").")
  private @Nullable String bootstrap;

  @Option(
      names = "--kafka-config",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "Properties for every Kafka client: TLS, SASL, and the like.")
  private @Nullable Path kafkaConfig;

  @Option(
      names = "--api",
      scope = ScopeType.INHERIT,
      paramLabel = "URL",
      description = "HTTP API (TASKS_API; default: what the catalog says).")
  private @Nullable String api;

  @Option(
      names = "--registry",
      scope = ScopeType.INHERIT,
      paramLabel = "URL",
      description = "Schema registry (TASKS_REGISTRY; default: what the catalog says).")
  private @Nullable String registry;

  @Option(
      names = "--token",
      scope = ScopeType.INHERIT,
      paramLabel = "TOKEN",
      description = "For the HTTP API (TASKS_TOKEN).")
  private @Nullable String token;

  @Option(
      names = "--prefix",
      scope = ScopeType.INHERIT,
      paramLabel = "NAME",
      description = "What topics and groups start with (TASKS_PREFIX; default: tasks).")
  private @Nullable String prefix;

  @Option(
      names = "--output",
      scope = ScopeType.INHERIT,
      paramLabel = "table|json",
      description = "How results are written (default: table).")
  private OutputFormat output = OutputFormat.TABLE;

  @SuppressWarnings("UnusedVariable") // checked here; Main has read it before the first log
  @Option(
      names = "--log-format",
      scope = ScopeType.INHERIT,
      paramLabel = "text|json",
      description = "How the log on standard error is written (TASKS_LOG_FORMAT; default: text).")
  private LogFormat logFormat = LogFormat.TEXT;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show more, and the stack traces of errors (TASKS_DEBUG=1).")
  private boolean verbose;

  GlobalOptions(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The environment that stands in for options. */
  Map<String, String> environment() {
    return environment;
  }

  boolean json() {
    return output == OutputFormat.JSON;
  }

  boolean verbose() {
    return verbose || !environment.getOrDefault("TASKS_DEBUG", "").isEmpty();
  }

  /** The HTTP API that was named; null if none was. */
  @Nullable String api() {
    return value(api, "TASKS_API");
  }

  /** What the HTTP API is to be shown; null for nothing. */
  @Nullable String token() {
    return value(token, "TASKS_TOKEN");
  }

  /** The schema registry that was named; null if none was. */
  @Nullable String registry() {
    return value(registry, "TASKS_REGISTRY");
  }

  /** The configuration that these options make by themselves. */
  TasksConfig config() {
    return over(TasksConfig.of(DEFAULT_BOOTSTRAP));
  }

  /** This configuration with what the options and the environment say over it. */
  TasksConfig over(TasksConfig base) {
    Map<String, String> properties = new HashMap<>(base.kafkaProperties());
    properties.putAll(kafkaProperties());
    // A client takes its properties for the last word, so the address must stand in one place.
    @Nullable String fromProperties =
        properties.remove(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
    @Nullable String servers = value(bootstrap, "TASKS_BOOTSTRAP");
    if (servers == null) {
      servers = fromProperties == null ? base.bootstrap() : fromProperties;
    }
    @Nullable String named = value(prefix, "TASKS_PREFIX");
    @Nullable String schemas = registry();
    @Nullable String url = api();
    @Nullable String secret = token();
    try {
      return base.bootstrap(servers)
          .kafkaProperties(properties)
          .prefix(named == null ? base.prefix() : named)
          .registryUrl(schemas == null ? base.registryUrl() : schemas)
          .http(
              base.http()
                  .url(url == null ? base.http().url() : url)
                  .token(secret == null ? base.http().token() : secret));
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  private Map<String, String> kafkaProperties() {
    if (kafkaConfig == null) {
      return Map.of();
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(kafkaConfig)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw usage(
          "--kafka-config: expected a properties file, found %s (%s)"
              .formatted(kafkaConfig, Errors.reason(e)));
    }
    Map<String, String> map = new HashMap<>();
    properties.stringPropertyNames().forEach(name -> map.put(name, properties.getProperty(name)));
    return map;
  }

  private @Nullable String value(@Nullable String option, String variable) {
    String value = option == null ? environment.get(variable) : option;
    return value == null || value.isEmpty() ? null : value;
  }

  private ParameterException usage(@Nullable String message) {
    if (spec == null) {
      throw new IllegalStateException("options are read before the command line was parsed");
    }
    return new ParameterException(spec.commandLine(), String.valueOf(message));
  }
}
