package io.clusterdb.tasks.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.FaultHandlerFactory;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.ServerSocketFactory;
import org.slf4j.LoggerFactory;

/**
 * Kafka's controller and broker in this JVM, wired as {@link KafkaRaftServer} wires them, but with
 * sockets that are bound already and faults that do not halt the process.
 */
final class KafkaNode {
  private final ControllerServer controller;
  private final BrokerServer broker;

  private KafkaNode(ControllerServer controller, BrokerServer broker) {
    this.controller = controller;
    this.broker = broker;
  }

  /**
   * Formats the log directory unless it is formatted, and wires a node that is not started yet.
   *
   * @param users who may log in by SCRAM, as Kafka's formatter takes them
   */
  static KafkaNode create(
      Path logs,
      int controllerPort,
      Map<String, String> settings,
      List<String> users,
      ServerSocketFactory sockets,
      FaultHandlerFactory faults)
      throws Exception {
    format(logs, users);
    KafkaConfig config = new KafkaConfig(settings, false);
    scala.Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> initialized =
        KafkaRaftServer.initializeLogDirs(config, LoggerFactory.getLogger(KafkaNode.class), "");
    String clusterId = initialized._1().clusterId().orElseThrow();
    Metrics metrics = Server.initializeMetrics(config, Time.SYSTEM, clusterId);
    Map<Integer, InetSocketAddress> voters =
        Map.of(BrokerSettings.NODE_ID, LoopbackPorts.address(controllerPort));
    SharedServer shared =
        new SharedServer(
            config,
            initialized._1(),
            Time.SYSTEM,
            metrics,
            CompletableFuture.completedFuture(voters),
            List.of(),
            faults,
            sockets);
    BrokerServer broker = new BrokerServer(shared);
    ControllerServer controller =
        new ControllerServer(shared, KafkaRaftServer.configSchema(), initialized._2());
    return new KafkaNode(controller, broker);
  }

  private static void format(Path logs, List<String> users) throws Exception {
    if (Files.exists(logs.resolve("meta.properties"))) {
      return;
    }
    Files.createDirectories(logs);
    try (PrintStream silent =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setNodeId(BrokerSettings.NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
          .addDirectory(logs.toString())
          .setMetadataLogDirectory(logs.toString())
          .setPrintStream(silent)
          .setScramArguments(users)
          .run();
    }
  }

  /** Returns when the broker serves clients. */
  void start() throws IOException {
    controller.startup(); // first: it gives the quorum its endpoint
    broker.startup();
  }

  /** Stops what was started; the broker goes first, since it says goodbye to the controller. */
  void stop(Duration forBroker) {
    try {
      broker.shutdown(forBroker);
      broker.awaitShutdown();
    } finally {
      controller.shutdown();
      controller.awaitShutdown();
    }
  }
}
