package io.clusterdb.tasks.embedded;

import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.embedded.PlatformHealth.State;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The whole platform in this JVM: the broker and the HTTP server, on the loopback address only. Its
 * data outlive it unless it is ephemeral.
 *
 * <p>Thread-safe.
 */
public final class EmbeddedPlatform implements AutoCloseable {
  private static final String BROKER = "broker";

  private final EmbeddedBroker broker;
  private final HealthServer http;
  private final PartStack parts;

  private EmbeddedPlatform(EmbeddedBroker broker, HealthServer http, PartStack parts) {
    this.broker = broker;
    this.http = http;
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
    return uri(http.port());
  }

  /** The directory that holds the data; a temporary one if the platform is ephemeral. */
  public Path dataDir() {
    return broker.dataDir();
  }

  private static URI uri(int port) {
    return URI.create("http://" + LoopbackPorts.HOST + ":" + port);
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
      PlatformHealth health = new PlatformHealth(BROKER);
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
      EmbeddedBroker kafka =
          parts.add(BROKER, Duration.ofSeconds(25), broker.port(kafkaPort).start());
      health.watch(BROKER, () -> kafka.failure().isEmpty() ? State.UP : State.FAILED);
      return new EmbeddedPlatform(kafka, http, parts);
    }
  }
}
