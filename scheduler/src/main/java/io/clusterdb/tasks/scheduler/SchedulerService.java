package io.clusterdb.tasks.scheduler;

import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.metrics.GaugeSet;
import io.clusterdb.tasks.metrics.Meters;
import io.clusterdb.tasks.metrics.ScheduleMetric;
import io.clusterdb.tasks.metrics.ServiceMetric;
import io.clusterdb.tasks.scheduler.housekeeping.Housekeeper;
import io.clusterdb.tasks.scheduler.schedule.topology.ScheduleParts;
import io.clusterdb.tasks.scheduler.schedule.topology.ScheduleTopology;
import io.clusterdb.tasks.scheduler.topology.RetryTopology;
import io.clusterdb.tasks.scheduler.topology.SchedulerTopology;
import io.clusterdb.tasks.scheduler.topology.TopologyParts;
import io.clusterdb.tasks.streams.Chores;
import io.clusterdb.tasks.streams.CommitPace;
import io.clusterdb.tasks.streams.CommitTimes;
import io.clusterdb.tasks.streams.QueueSignal;
import io.clusterdb.tasks.streams.RestoreProgress;
import io.clusterdb.tasks.streams.Startup;
import io.clusterdb.tasks.streams.StateDirectory;
import io.clusterdb.tasks.streams.StreamsClients;
import io.clusterdb.tasks.streams.StreamsDefaults;
import io.clusterdb.tasks.streams.routing.AdminTopics;
import io.clusterdb.tasks.streams.routing.KnownQueues;
import io.clusterdb.tasks.topic.TopicNames;
import io.clusterdb.tasks.topic.TopicSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scheduler: keeps delayed jobs and retries until their time, sends each to its queue exactly
 * once, and keeps topics and offsets in order. Any number of instances share the work. Thread-safe.
 */
public final class SchedulerService implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SchedulerService.class);
  private static final Duration CLOSE = Duration.ofSeconds(15);

  /** Nothing is lost of the part that has no store if it takes longer. */
  private static final Duration RETRIES_CLOSE = Duration.ofSeconds(5);

  private static final Duration REFRESH = Duration.ofSeconds(3);
  private static final Duration GAUGES = Duration.ofSeconds(1);

  private final TasksRuntime runtime;
  private final SchedulerSettings settings;
  private final StateDirectory directory;
  private final Admin admin;
  private final StreamsPart waiting;
  private final StreamsPart retries;
  private final CommitTimes commits = new CommitTimes(System::nanoTime);
  private final ThreadLocal<CommitPace> paces;
  private final QueueSignal queues;
  private final AutoCloseable subscription;
  private final RestoreProgress restores = new RestoreProgress("scheduler", System::nanoTime);
  private final Chores chores = new Chores("scheduler");
  private final @Nullable GaugeSet gauges;
  private final AtomicBoolean closed = new AtomicBoolean();

  private SchedulerService(
      TasksRuntime runtime, SchedulerSettings settings, StateDirectory directory, Admin admin) {
    this.runtime = runtime;
    this.settings = settings;
    this.directory = directory;
    this.admin = admin;
    this.paces =
        CommitPace.perThread(
            commits, System::nanoTime, Duration.ofMillis(settings.turns().gridMs()));
    AdminTopics topics = new AdminTopics(admin, System::nanoTime);
    this.queues = new QueueSignal(runtime.catalog().current());
    this.subscription = runtime.catalog().onChange(queues::changed);
    KnownQueues known = new KnownQueues(runtime.catalog(), System::nanoTime);
    this.waiting = waiting(known, topics);
    this.retries = retries(known, topics);
    Housekeeper housekeeper =
        new Housekeeper(runtime, settings.offsetRefresh(), List.of(), System::nanoTime);
    chores.every(
        settings.housekeeping(),
        "housekeeping",
        () -> {
          if (leads()) {
            housekeeper.round();
          }
        });
    chores.every(REFRESH, "refresh of known topics", topics::refresh);
    Meters meters = runtime.meters();
    this.gauges = meters == null ? null : meters.gauges();
    if (gauges != null) {
      chores.every(GAUGES, "metrics", () -> publish(gauges));
    }
  }

  /**
   * Starts a scheduler, which closes with its connection if not before. It takes up its share of
   * the work a moment later: {@link #awaitReady} waits for that.
   *
   * @throws TasksException UNREACHABLE, or INVALID_CONFIG if the state directory cannot be used
   */
  public static SchedulerService start(TasksRuntime runtime, SchedulerSettings settings) {
    TopicNames names = runtime.names();
    runtime.topics().ensurePlatformTopics();
    runtime.topics().ensure(List.of(deadLetters(names)));
    runtime.catalog().latest();
    StateDirectory directory = StateDirectory.of("scheduler", settings.stateDir());
    Admin admin = runtime.clients().admin();
    SchedulerService service = new SchedulerService(runtime, settings, directory, admin);
    runtime.attach(service);
    service.waiting.start();
    service.retries.start();
    return service;
  }

  /**
   * Starts a scheduler and waits until it works, for platforms in one process.
   *
   * @throws TasksException as {@link #start}; INTERNAL if it does not work in time, CANCELLED if
   *     the thread is interrupted, and it is closed again
   */
  public static SchedulerService startReady(
      TasksRuntime runtime, SchedulerSettings settings, Duration limit) {
    SchedulerService service = start(runtime, settings);
    Startup.await("scheduler", service, service::awaitReady, limit);
    return service;
  }

  /** Like any queue's dead letters, and large enough for whatever comes. */
  private static TopicSpec deadLetters(TopicNames names) {
    return new TopicSpec(
        names.schedulerDeadLetters(),
        1,
        Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_COMPACT,
            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
            Integer.toString(SchedulerTopology.MAX_RECORD_BYTES)));
  }

  /** Jobs that wait, unique keys and schedules, with their stores. */
  private StreamsPart waiting(KnownQueues known, AdminTopics topics) {
    Topology topology = new Topology();
    SchedulerTopology.addTo(topology, parts(known, topics));
    ScheduleTopology.addTo(
        topology,
        new ScheduleParts(
            runtime.names(),
            known,
            topics,
            runtime.platformCodec(),
            runtime.clock(),
            System::nanoTime,
            settings.turns(),
            paces,
            runtime.meters(),
            runtime::tracing));
    String application = runtime.names().schedulerApplication();
    Map<String, Object> own =
        StreamsDefaults.copies(
            StreamsSettings.of(application, settings, directory.path()),
            runtime.config().replication());
    StreamsConfig config = new StreamsConfig(runtime.clients().properties(own));
    return new StreamsPart(
        new KafkaStreams(topology, config, clients(application)), restores, runtime.meters());
  }

  /** Retries have an application of their own: see decision 14. */
  private StreamsPart retries(KnownQueues known, AdminTopics topics) {
    Topology topology = new Topology();
    RetryTopology.addTo(topology, parts(known, topics));
    String application = runtime.names().retriesApplication();
    Map<String, Object> own =
        StreamsDefaults.copies(
            StreamsSettings.ofRetries(application, settings, directory.path()),
            runtime.config().replication());
    StreamsConfig config = new StreamsConfig(runtime.clients().properties(own));
    return new StreamsPart(
        new KafkaStreams(topology, config, clients(application)), restores, runtime.meters());
  }

  private StreamsClients clients(String application) {
    return new StreamsClients(admin, application, "schedulers", queues, commits);
  }

  private TopologyParts parts(KnownQueues known, AdminTopics topics) {
    return new TopologyParts(
        runtime.names(),
        known,
        topics,
        runtime.platformCodec(),
        runtime.clock(),
        System::nanoTime,
        settings.turns(),
        paces,
        runtime.meters());
  }

  private void publish(GaugeSet to) {
    to.set(ServiceMetric.SERVICE_READY, unready() == null ? 1 : 0, "scheduler")
        .set(ScheduleMetric.SCHEDULER_WAITING_JOBS, waiting.entries(TopologyParts.STORE))
        .publish();
  }

  /** Of all instances one owns the first partition of waiting jobs, and does what one has to. */
  private boolean leads() {
    return waiting.reads(new TopicPartition(runtime.names().delayed(), 0));
  }

  /** What it is doing. */
  public SchedulerState state() {
    return waiting.state().and(retries.state());
  }

  /**
   * Why it cannot be relied on now: it has not had its share, shares are handed out anew, or stores
   * are read back; null if it can.
   */
  public @Nullable String unready() {
    RestoreProgress.Now restoring = restores.now();
    return switch (state()) {
      case RUNNING -> restoring.busy() ? restoring.toString() : null;
      case STARTING, REBALANCING ->
          restoring.busy() ? restoring.toString() : "partitions are being shared out";
      case FAILED -> "it ended by itself; see its log, and restart it";
      case CLOSED -> "it was closed";
    };
  }

  /** How far it is with reading its stores back from Kafka, by store; empty when it has them. */
  public List<RestoreProgress.OfStore> restoring() {
    return restores.stores();
  }

  /** Whether it works. */
  public boolean ready() {
    return state().ready();
  }

  /**
   * Waits until it works; returns at once when it did before.
   *
   * @return whether it does
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public boolean awaitReady(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    return waiting.awaitReady(limit)
        && retries.awaitReady(Duration.ofNanos(deadline - System.nanoTime()));
  }

  /**
   * Stops cleanly: what was begun is committed. An instance with a stable id stays a member of the
   * group for some seconds, so that it can come back without a rebalance; another leaves at once.
   * Further calls do nothing.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    runtime.detach(this);
    Utils.closeQuietly(subscription, "subscription to the catalog");
    chores.close();
    if (gauges != null) {
      gauges.close();
    }
    GroupMembershipOperation membership =
        settings.instance() == null
            ? GroupMembershipOperation.LEAVE_GROUP
            : GroupMembershipOperation.REMAIN_IN_GROUP;
    boolean stopped = retries.close(membership, RETRIES_CLOSE);
    if (!waiting.close(membership, CLOSE) || !stopped) {
      log.warn(
          "The scheduler did not stop within {} s; what it had begun is done again",
          CLOSE.toSeconds());
    }
    admin.close(Duration.ofSeconds(1));
    directory.close();
  }
}
