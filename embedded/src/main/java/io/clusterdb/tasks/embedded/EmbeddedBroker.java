package io.clusterdb.tasks.embedded;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * A real Kafka broker in this JVM: one KRaft node, controller and broker in one, that listens on
 * the loopback address only. Its data outlive it, also when its process is killed, and a broker on
 * the same directory finds them again, on the same port or another. It is made for development,
 * tests and demonstrations: one replica, few threads, little memory.
 *
 * <p>Thread-safe.
 */
public final class EmbeddedBroker implements AutoCloseable {
  /** The command line's flag for the port, named in errors. */
  static final String PORT_FLAG = "--kafka-port";

  private static final Duration CONTROLLED_SHUTDOWN = Duration.ofSeconds(5);
  private static final Duration STOP = Duration.ofSeconds(20);

  private final DataDirectory directory;
  private final int port;
  private final KafkaNode node;
  private final FaultRecorder faults;
  private boolean closed;

  private EmbeddedBroker(DataDirectory directory, int port, KafkaNode node, FaultRecorder faults) {
    this.directory = directory;
    this.port = port;
    this.node = node;
    this.faults = faults;
  }

  /** Starts to describe a broker. */
  public static Builder builder() {
    return new Builder();
  }

  /** Where clients connect, as {@code host:port}. */
  public String bootstrap() {
    return LoopbackPorts.HOST + ":" + port;
  }

  /** The port of {@link #bootstrap()}. */
  public int port() {
    return port;
  }

  /** The directory that holds the data; a temporary one if the broker is ephemeral. */
  public Path dataDir() {
    return directory.path();
  }

  /**
   * What broke the broker, if anything did since it started. A broken broker only can be closed.
   */
  public Optional<Throwable> failure() {
    return faults.fatal();
  }

  /**
   * Stops the broker cleanly and frees its directory, which is deleted if it is temporary. Returns
   * when that is done, 20 seconds later at the most; further calls wait for the first and do
   * nothing else.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    boolean stopped =
        BoundedClose.run("embedded-broker", STOP, () -> node.stop(CONTROLLED_SHUTDOWN));
    if (stopped) {
      directory.close(); // else Kafka may still write, and the directory stays taken
    }
  }

  /** Describes and starts an {@link EmbeddedBroker}. Not thread-safe. */
  public static final class Builder {
    private @Nullable Path dataDir;
    private int port;
    private Map<String, String> properties = Map.of();
    private @Nullable BrokerSecurity security;
    private Consumer<Throwable> onFailure = fault -> {};

    private Builder() {}

    /** Keeps the data in this directory, which is created if need be. */
    public Builder dataDir(Path directory) {
      dataDir = directory;
      return this;
    }

    /** Keeps the data in a temporary directory, deleted on close. This is the default. */
    public Builder ephemeral() {
      dataDir = null;
      return this;
    }

    /** Listens on this port; 0, the default, picks a free one below the ephemeral range. */
    public Builder port(int kafkaPort) {
      port = kafkaPort;
      return this;
    }

    /**
     * Sets broker properties by their Kafka names, over the defaults of the embedded broker.
     * Listeners, directories and the node's identity cannot be set.
     *
     * @throws TasksException if a property is one that the embedded broker decides itself
     */
    public Builder properties(Map<String, String> overrides) {
      properties = BrokerSettings.checked(overrides);
      return this;
    }

    /** Lets in only whom this knows, and lets them do what ACLs allow; by default everybody all. */
    public Builder security(BrokerSecurity who) {
      security = who;
      return this;
    }

    /** Is told of the first fatal fault of a running broker; by default it is only logged. */
    public Builder onFailure(Consumer<Throwable> listener) {
      onFailure = listener;
      return this;
    }

    /**
     * Starts the broker and returns when it serves clients.
     *
     * @throws TasksException if the directory or the port is taken, or Kafka does not start
     */
    public EmbeddedBroker start() {
      BoundSockets sockets = new BoundSockets(new LoopbackPorts(new SecureRandom()));
      DataDirectory directory =
          dataDir == null ? DataDirectory.temporary() : DataDirectory.take(dataDir);
      boolean started = false;
      try {
        EmbeddedBroker broker = start(directory, sockets);
        started = true;
        return broker;
      } finally {
        if (!started) {
          sockets.close();
          directory.close();
        }
      }
    }

    private EmbeddedBroker start(DataDirectory directory, BoundSockets sockets) {
      int kafkaPort =
          sockets.bind(BrokerSettings.BROKER_LISTENER, port, "the Kafka broker", PORT_FLAG);
      int controllerPort =
          sockets.bind(BrokerSettings.CONTROLLER_LISTENER, 0, "the Kafka controller", PORT_FLAG);
      Path logs = directory.path().resolve("kafka");
      FaultRecorder faults = new FaultRecorder(onFailure);
      KafkaNode node;
      try {
        node =
            KafkaNode.create(
                logs,
                controllerPort,
                BrokerSettings.of(logs, kafkaPort, controllerPort, properties, security),
                security == null ? List.of() : security.scram(),
                sockets,
                faults);
      } catch (Exception e) {
        throw failed(directory, e);
      }
      try {
        node.start();
      } catch (Exception e) {
        node.stop(CONTROLLED_SHUTDOWN);
        throw failed(directory, e);
      }
      return new EmbeddedBroker(directory, kafkaPort, node, faults);
    }

    private static TasksException failed(DataDirectory directory, Exception cause) {
      if (cause instanceof ConfigException) {
        return new TasksException(
            ErrorCode.INVALID_CONFIG,
            "Kafka refuses a property of the embedded broker. %s. Correct or remove it."
                .formatted(cause.getMessage()),
            cause);
      }
      return new TasksException(
          ErrorCode.INTERNAL,
          "the embedded broker did not start on %s (%s). See the log; if its data are damaged, move them away or choose another directory with --data."
              .formatted(directory.path(), cause),
          cause);
    }
  }
}
