package io.clusterdb.tasks.embedded;

import com.sun.net.httpserver.HttpServer;
import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.Endpoints;
import io.clusterdb.tasks.embedded.PlatformHealth.State;
import io.clusterdb.tasks.embedded.registry.DevSchemaRegistry;
import io.clusterdb.tasks.orchestrator.OrchestratorService;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The whole platform in this JVM: the broker, the schema registry, the HTTP server, the scheduler
 * and the orchestrator, on the loopback address only; the catalog says where they are. Its data
 * outlive it unless it is ephemeral.
 *
 * <p>Thread-safe.
 */
public final class EmbeddedPlatform implements AutoCloseable {
  private static final String BROKER = "broker";
  private static final String REGISTRY = "registry";

  /** One process gains nothing from more, and each costs time at the start. */
  private static final int SHARED_PARTITIONS = 2;

  private final EmbeddedBroker broker;
  private final DevSchemaRegistry registry;
  private final HealthServer http;
  private final PlatformServices services;
  private final PartStack parts;

  private EmbeddedPlatform(
      EmbeddedBroker broker,
      DevSchemaRegistry registry,
      HealthServer http,
      PlatformServices services,
      PartStack parts) {
    this.broker = broker;
    this.registry = registry;
    this.http = http;
    this.services = services;
    this.parts = parts;
  }

  /** Starts to describe a platform. */
  public static Builder builder() {
    return new Builder();
  }

  /** Where Kafka clients connect, as {@code host:port}. */
  public String bootstrap() {
    return broker.bootstrap();
  }

  /** Where HTTP is served. */
  public URI api() {
    return URI.create("http://" + LoopbackPorts.HOST + ":" + http.port());
  }

  /** Where the schema registry is served, with Confluent's REST API. */
  public URI registry() {
    return URI.create(registry.url());
  }

  /** A connection to the platform, which closes it. */
  public Tasks tasks() {
    return services.tasks();
  }

  /** The directory that holds the data; a temporary one if the platform is ephemeral. */
  public Path dataDir() {
    return broker.dataDir();
  }

  /**
   * Closes every part in the reverse order of their start, each within its own bound, whether or
   * not others fail. Further calls do nothing.
   */
  @Override
  public void close() {
    parts.close();
  }

  /** Describes and starts an {@link EmbeddedPlatform}. Not thread-safe. */
  public static final class Builder {
    private final EmbeddedBroker.Builder broker = EmbeddedBroker.builder();
    private int kafkaPort = 9092;
    private int httpPort = 8080;
    private int registryPort = 8081;
    private String prefix = TasksConfig.DEFAULT_PREFIX;
    private boolean scheduler = true;
    private boolean orchestrator = true;

    private Builder() {}

    /** Keeps the data in this directory, which is created if need be. */
    public Builder dataDir(Path directory) {
      broker.dataDir(directory);
      return this;
    }

    /** Keeps the data in a temporary directory, deleted on close. This is the default. */
    public Builder ephemeral() {
      broker.ephemeral();
      return this;
    }

    /** Kafka's port, 9092 by default; 0 picks a free one. */
    public Builder kafkaPort(int port) {
      kafkaPort = port;
      return this;
    }

    /** The port of the HTTP API, 8080 by default; 0 picks a free one. */
    public Builder httpPort(int port) {
      httpPort = port;
      return this;
    }

    /** The port of the schema registry, 8081 by default; 0 picks a free one. */
    public Builder registryPort(int port) {
      registryPort = port;
      return this;
    }

    /** What every topic, group and id of the platform starts with, {@code tasks} by default. */
    public Builder prefix(String value) {
      prefix = value;
      return this;
    }

    /** Leaves the scheduler out: nothing delayed, and no retry, comes back to its queue. */
    public Builder withoutScheduler() {
      scheduler = false;
      return this;
    }

    /** Leaves the orchestrator out: nobody can be asked for the state of jobs and queues. */
    public Builder withoutOrchestrator() {
      orchestrator = false;
      return this;
    }

    /** Sets broker properties, as {@link EmbeddedBroker.Builder#properties} does. */
    public Builder brokerProperties(Map<String, String> overrides) {
      broker.properties(overrides);
      return this;
    }

    /** Is told when a part breaks for good after the start; by default it is only logged. */
    public Builder onFailure(Consumer<Throwable> listener) {
      broker.onFailure(listener);
      return this;
    }

    /**
     * Starts all parts and returns when they serve.
     *
     * @throws TasksException if the directory or a port is taken, or a part does not start; what
     *     was started is closed again
     */
    public EmbeddedPlatform start() {
      PartStack parts = new PartStack();
      boolean started = false;
      try {
        EmbeddedPlatform platform = start(parts);
        started = true;
        return platform;
      } finally {
        if (!started) {
          parts.close();
        }
      }
    }

    private EmbeddedPlatform start(PartStack parts) {
      LoopbackPorts ports = new LoopbackPorts(new SecureRandom());
      PlatformHealth health = new PlatformHealth(expected());
      // First, since it costs nothing and says "starting" while the broker comes up.
      HealthServer http =
          parts.add(
              "http",
              Duration.ofSeconds(5),
              ports.open(
                  httpPort,
                  "the HTTP API",
                  "--http-port",
                  address -> HealthServer.start(address, health)));
      HttpServer registryServer = bindRegistry(ports);
      EmbeddedBroker kafka = startBroker(parts, registryServer);
      health.watch(BROKER, () -> kafka.failure().isEmpty() ? State.UP : State.FAILED);
      DevSchemaRegistry registry =
          parts.add(
              REGISTRY,
              Duration.ofSeconds(5),
              DevSchemaRegistry.start(kafka.bootstrap(), registryServer));
      health.watch(REGISTRY, () -> State.UP);
      PlatformServices services =
          parts.add("services", Duration.ofSeconds(25), connect(kafka, registry, http.port()));
      EmbeddedPlatform platform = new EmbeddedPlatform(kafka, registry, http, services, parts);
      services.announce(new Endpoints(platform.api().toString(), registry.url()));
      if (orchestrator) {
        http.close(); // the orchestrator's API takes its place
      }
      run(services, platform.dataDir(), health);
      return platform;
    }

    /** The services start beside each other, since each waits for its group most of the time. */
    private void run(PlatformServices services, Path data, PlatformHealth health) {
      @Nullable OrchestratorService tracking =
          orchestrator
              ? services.orchestrate(data.resolve(PlatformServices.ORCHESTRATOR), health)
              : null;
      if (scheduler) {
        services.schedule(data.resolve(PlatformServices.SCHEDULER), health);
      }
      if (tracking != null) {
        PlatformServices.await(tracking);
      }
    }

    private String[] expected() {
      List<String> parts = new ArrayList<>(List.of(BROKER, REGISTRY));
      if (scheduler) {
        parts.add(PlatformServices.SCHEDULER);
      }
      if (orchestrator) {
        parts.add(PlatformServices.ORCHESTRATOR);
      }
      return parts.toArray(String[]::new);
    }

    private PlatformServices connect(
        EmbeddedBroker kafka, DevSchemaRegistry registry, int httpPort) {
      return PlatformServices.connect(
          TasksConfig.of(kafka.bootstrap())
              .prefix(prefix)
              .sharedPartitions(SHARED_PARTITIONS)
              .registryUrl(registry.url())
              .http(HttpConfig.DEFAULT.listen(LoopbackPorts.HOST + ":" + httpPort)));
    }

    /** Binds early, so that a busy port shows before the broker has been started for nothing. */
    private HttpServer bindRegistry(LoopbackPorts ports) {
      return ports.open(
          registryPort,
          "the schema registry",
          "--registry-port",
          address -> HttpServer.create(address, 0));
    }

    private EmbeddedBroker startBroker(PartStack parts, HttpServer registryServer) {
      try {
        return parts.add(BROKER, Duration.ofSeconds(25), broker.port(kafkaPort).start());
      } catch (RuntimeException e) {
        registryServer.stop(0);
        throw e;
      }
    }
  }
}
