package io.clusterdb.tasks.embedded;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The configuration of the embedded broker: one node, both controller and broker, kept small. */
final class BrokerSettings {
  static final int NODE_ID = 1;
  static final String BROKER_LISTENER = "BROKER";
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  /** What names the node, its place and its addresses is not for the user to override. */
  private static final List<String> OWN_KEYS =
      List.of(
          "process.roles",
          "node.id",
          "log.dir",
          "log.dirs",
          "metadata.log.dir",
          "listeners",
          "advertised.listeners",
          "listener.security.protocol.map",
          "inter.broker.listener.name",
          "controller.listener.names",
          "controller.quorum.voters",
          "controller.quorum.bootstrap.servers");

  private static final int MIB = 1024 * 1024;

  private static final Map<String, Object> DEFAULTS =
      Map.ofEntries(
          // One broker can hold one replica; few partitions keep the start short.
          Map.entry("default.replication.factor", 1),
          Map.entry("min.insync.replicas", 1),
          Map.entry("offsets.topic.replication.factor", 1),
          Map.entry("offsets.topic.num.partitions", 4),
          Map.entry("offsets.topic.segment.bytes", 16 * MIB),
          Map.entry("transaction.state.log.replication.factor", 1),
          Map.entry("transaction.state.log.min.isr", 1),
          Map.entry("transaction.state.log.num.partitions", 2),
          Map.entry("transaction.state.log.segment.bytes", 16 * MIB),
          Map.entry("share.coordinator.state.topic.replication.factor", 1),
          Map.entry("share.coordinator.state.topic.min.isr", 1),
          Map.entry("share.coordinator.state.topic.num.partitions", 1),
          Map.entry("auto.create.topics.enable", false),
          Map.entry("num.partitions", 1),

          // Groups form at once, and tests may use short sessions.
          Map.entry("group.initial.rebalance.delay.ms", 0),
          Map.entry("group.min.session.timeout.ms", 1_000),
          Map.entry("offsets.retention.minutes", 60 * 24 * 365),

          // A start after a kill waits until the session of the killed broker has ended, and a
          // broker on a machine that is busy for longer than that cannot create topics meanwhile.
          Map.entry("broker.session.timeout.ms", 2_000),
          Map.entry("broker.heartbeat.interval.ms", 200),
          Map.entry("server.max.startup.time.ms", 60_000),

          // Memory and threads for a laptop.
          Map.entry("num.network.threads", 2),
          Map.entry("num.io.threads", 4),
          Map.entry("background.threads", 2),
          Map.entry("num.recovery.threads.per.data.dir", 2),
          Map.entry("group.coordinator.threads", 2),
          Map.entry("group.coordinator.background.threads", 1),
          Map.entry("share.coordinator.threads", 1),
          Map.entry("log.cleaner.threads", 1),
          Map.entry("log.cleaner.dedupe.buffer.size", 8 * MIB),
          Map.entry("metric.reporters", ""),

          // Dead letters and events take larger records than queues, which set their own limit.
          Map.entry("message.max.bytes", 16 * MIB),

          // Disk space comes back soon after records are deleted or trimmed.
          Map.entry("log.segment.bytes", 128 * MIB),
          Map.entry("log.segment.delete.delay.ms", 1_000),
          Map.entry("log.initial.task.delay.ms", 5_000),
          Map.entry("log.retention.check.interval.ms", 10_000),
          Map.entry("log.cleaner.backoff.ms", 5_000),
          Map.entry("log.cleaner.delete.retention.ms", 600_000),

          // An idle platform writes to the disk seldom.
          Map.entry("metadata.max.idle.interval.ms", 5_000));

  private BrokerSettings() {}

  /**
   * All settings of a broker.
   *
   * @param logs where Kafka keeps its logs
   * @param overrides settings of the user, which win over the defaults
   * @param security who may do what; null for everybody everything
   */
  static Map<String, String> of(
      Path logs,
      int port,
      int controllerPort,
      Map<String, String> overrides,
      @Nullable BrokerSecurity security) {
    Map<String, String> settings = new HashMap<>();
    DEFAULTS.forEach((key, value) -> settings.put(key, value.toString()));
    settings.putAll(overrides);
    String broker = "%s://%s:%d".formatted(BROKER_LISTENER, LoopbackPorts.HOST, port);
    String controller =
        "%s://%s:%d".formatted(CONTROLLER_LISTENER, LoopbackPorts.HOST, controllerPort);
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE_ID));
    settings.put("log.dirs", logs.toString());
    settings.put("listeners", broker + "," + controller);
    settings.put("advertised.listeners", broker);
    settings.put(
        "listener.security.protocol.map",
        security == null
            ? BROKER_LISTENER + ":PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT"
            : BROKER_LISTENER + ":SASL_SSL," + CONTROLLER_LISTENER + ":SSL");
    if (security != null) {
      settings.putAll(security.brokerProperties());
    }
    settings.put("inter.broker.listener.name", BROKER_LISTENER);
    settings.put("controller.listener.names", CONTROLLER_LISTENER);
    settings.put(
        "controller.quorum.voters",
        "%d@%s:%d".formatted(NODE_ID, LoopbackPorts.HOST, controllerPort));
    return settings;
  }

  /** Refuses overrides of what the embedded broker decides itself, all of them in one error. */
  static Map<String, String> checked(Map<String, String> overrides) {
    List<String> refused = OWN_KEYS.stream().filter(overrides::containsKey).toList();
    if (!refused.isEmpty()) {
      throw new TasksException(
          ErrorCode.INVALID_CONFIG,
          "the embedded broker sets %s itself. Leave them out; directory and port have options of their own."
              .formatted(String.join(", ", refused)));
    }
    return Map.copyOf(new TreeMap<>(overrides));
  }
}
