package io.clusterdb.tasks.it.cluster;

import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** A broker that is a controller too, as operators run them: {@code DIRECTORY CLUSTER_ID}. */
final class BrokerNode {
  static final String SETTINGS = "server.properties";

  private BrokerNode() {}

  public static void main(String[] arguments) throws Exception {
    Parent.follow();
    Path directory = Path.of(arguments[0]);
    Properties settings = new Properties();
    try (Reader in = Files.newBufferedReader(directory.resolve(SETTINGS))) {
      settings.load(in);
    }
    format(settings, arguments[1]);
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server)));
    server.startup();
    Parent.ready(directory);
    server.awaitShutdown();
  }

  private static void stop(KafkaRaftServer server) {
    server.shutdown();
    server.awaitShutdown();
  }

  private static void format(Properties settings, String clusterId) throws Exception {
    Path logs = Path.of(settings.getProperty("log.dirs"));
    if (Files.exists(logs.resolve("meta.properties"))) {
      return;
    }
    Files.createDirectories(logs);
    try (PrintStream silent =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setNodeId(Integer.parseInt(settings.getProperty("node.id")))
          .setClusterId(clusterId)
          .setControllerListenerName(BrokerFile.CONTROLLER)
          .addDirectory(logs.toString())
          .setMetadataLogDirectory(logs.toString())
          .setPrintStream(silent)
          .run();
    }
  }
}
