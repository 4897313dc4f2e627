package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.AesGcmCipher;
import io.clusterdb.tasks.PayloadCipher;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.config.KeyText;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
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
      description =
          "Properties for every Kafka client: TLS, SASL, and the like (TASKS_KAFKA_CONFIG).")
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
      description = "For the HTTP API (TASKS_TOKEN); others on this machine can see it here.")
  private @Nullable String token;

  @Option(
      names = "--token-file",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "File with the token for the HTTP API (TASKS_TOKEN_FILE).")
  private @Nullable Path tokenFile;

  @Option(
      names = "--encryption-key",
      scope = ScopeType.INHERIT,
      paramLabel = "ID=FILE",
      description =
          "Key that payloads are sealed with, the first one, and opened with, all of them"
              + " (TASKS_ENCRYPTION_KEYS, with commas between).")
  private List<String> encryptionKeys = List.of();

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
    @Nullable String shown = value(token, "TASKS_TOKEN");
    @Nullable String file =
        value(tokenFile == null ? null : tokenFile.toString(), "TASKS_TOKEN_FILE");
    if (file == null || token != null || (shown != null && tokenFile == null)) {
      return shown;
    }
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw usage(
          "--token-file: expected a file with a token, found %s (%s)"
              .formatted(file, e.getClass().getSimpleName()));
    }
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
          .encryption(encryption(base.encryption()))
          .registryUrl(schemas == null ? base.registryUrl() : schemas)
          .http(
              base.http()
                  .url(url == null ? base.http().url() : url)
                  .token(secret == null ? base.http().token() : secret));
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  /** The file with properties for every Kafka client; null if none was named. */
  @Nullable Path kafkaConfig() {
    @Nullable String named =
        value(kafkaConfig == null ? null : kafkaConfig.toString(), "TASKS_KAFKA_CONFIG");
    return named == null ? null : Path.of(named);
  }

  private Map<String, String> kafkaProperties() {
    Path file = kafkaConfig();
    if (file == null) {
      return Map.of();
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw usage(
          "--kafka-config: expected a properties file, found %s (%s)"
              .formatted(file, Errors.reason(e)));
    }
    Map<String, String> map = new HashMap<>();
    properties.stringPropertyNames().forEach(name -> map.put(name, properties.getProperty(name)));
    return map;
  }

  private @Nullable PayloadCipher encryption(@Nullable PayloadCipher base) {
    @Nullable String variable = value(null, "TASKS_ENCRYPTION_KEYS");
    List<String> keys =
        encryptionKeys.isEmpty() && variable != null
            ? List.of(variable.split(",", -1))
            : encryptionKeys;
    AesGcmCipher cipher = null;
    for (String key : keys) {
      int equals = key.indexOf('=');
      if (equals < 1) {
        throw usage("--encryption-key: expected ID=FILE, found " + key);
      }
      String file = key.substring(equals + 1);
      try {
        String secret = Files.readString(Path.of(file)).strip();
        cipher = KeyText.add(cipher, key.substring(0, equals).strip(), secret);
      } catch (IOException e) {
        throw usage(
            "--encryption-key: expected a file with a key, found %s (%s)"
                .formatted(file, e.getClass().getSimpleName()));
      }
    }
    return cipher == null ? base : cipher;
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
