package io.clusterdb.tasks.it.cluster;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The settings file of each broker of a cluster.
 *
 * @param ports of each broker
 * @param sessionMs how long a broker may be silent
 */
record BrokerFile(List<Ports> ports, int sessionMs) {
  static final String CONTROLLER = "CONTROLLER";
  private static final String HOST = "127.0.0.1";

  /**
   * Where one broker listens.
   *
   * @param near for clients
   * @param far for clients that reach it by the proxy only
   * @param proxy where that listens
   * @param controller for the other brokers' controllers
   */
  record Ports(int near, int far, int proxy, int controller) {}

  /** Addresses for clients. */
  String bootstrap() {
    return addresses(ports.stream().map(Ports::near).toList());
  }

  /** Addresses for clients behind the proxy. */
  String farBootstrap() {
    return addresses(ports.stream().map(Ports::proxy).toList());
  }

  private static String addresses(List<Integer> ports) {
    return ports.stream().map(port -> HOST + ":" + port).collect(Collectors.joining(","));
  }

  /** Writes the file of a broker, counted from 1. */
  void write(int broker, Path directory) throws IOException {
    Files.createDirectories(directory);
    try (Writer out = Files.newBufferedWriter(directory.resolve(BrokerNode.SETTINGS))) {
      settings(broker, directory).store(out, null);
    }
  }

  private Properties settings(int broker, Path directory) {
    Ports own = ports.get(broker - 1);
    Properties all = new Properties();
    all.setProperty("process.roles", "broker,controller");
    all.setProperty("node.id", Integer.toString(broker));
    all.setProperty("log.dirs", directory.resolve("data").toString());
    all.setProperty(
        "listeners",
        "NEAR://%s:%d,FAR://%s:%d,%s://%s:%d"
            .formatted(HOST, own.near(), HOST, own.far(), CONTROLLER, HOST, own.controller()));
    all.setProperty(
        "advertised.listeners",
        "NEAR://%s:%d,FAR://%s:%d".formatted(HOST, own.near(), HOST, own.proxy()));
    all.setProperty(
        "listener.security.protocol.map", "NEAR:PLAINTEXT,FAR:PLAINTEXT,CONTROLLER:PLAINTEXT");
    all.setProperty("inter.broker.listener.name", "NEAR");
    all.setProperty("controller.listener.names", CONTROLLER);
    all.setProperty(
        "controller.quorum.voters",
        IntStream.rangeClosed(1, ports.size())
            .mapToObj(id -> "%d@%s:%d".formatted(id, HOST, ports.get(id - 1).controller()))
            .collect(Collectors.joining(",")));
    replication(all);
    smallness(all);
    return all;
  }

  /**
   * Kafka's own topics have as many copies as there are brokers; others have what a broker gives by
   * default, so that whoever makes one without asking for copies is found out.
   */
  private void replication(Properties all) {
    String copies = Integer.toString(ports.size());
    String written = Integer.toString(Math.max(1, ports.size() - 1));
    all.setProperty("default.replication.factor", "1");
    all.setProperty("min.insync.replicas", "1");
    for (String topics :
        List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
      all.setProperty(topics + ".replication.factor", copies);
    }
    all.setProperty("transaction.state.log.min.isr", written);
    all.setProperty("share.coordinator.state.topic.min.isr", written);
    all.setProperty("auto.create.topics.enable", "false");
    all.setProperty("broker.session.timeout.ms", Integer.toString(sessionMs));
    all.setProperty("broker.heartbeat.interval.ms", Integer.toString(sessionMs / 5));
  }

  /** What a dozen processes on a small machine need. */
  private static void smallness(Properties all) {
    all.setProperty("offsets.topic.num.partitions", "4");
    all.setProperty("transaction.state.log.num.partitions", "4");
    all.setProperty("group.initial.rebalance.delay.ms", "0");
    all.setProperty("group.min.session.timeout.ms", "1000");
    all.setProperty("num.network.threads", "2");
    all.setProperty("num.io.threads", "4");
    all.setProperty("background.threads", "2");
    all.setProperty("log.cleaner.threads", "1");
    all.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20));
    all.setProperty("message.max.bytes", Integer.toString(16 << 20));
    all.setProperty("replica.fetch.max.bytes", Integer.toString(16 << 20));
    all.setProperty("metric.reporters", "");
  }
}
