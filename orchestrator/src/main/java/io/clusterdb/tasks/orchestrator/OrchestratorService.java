package io.clusterdb.tasks.orchestrator;

import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.http.HealthResource.Report;
import io.clusterdb.tasks.metrics.Meters;
import io.clusterdb.tasks.orchestrator.alerts.AlertWatch;
import io.clusterdb.tasks.orchestrator.query.QueueMeters;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerViews;
import io.clusterdb.tasks.streams.Chores;
import io.clusterdb.tasks.streams.CommitTimes;
import io.clusterdb.tasks.streams.QueueSignal;
import io.clusterdb.tasks.streams.RestoreProgress;
import io.clusterdb.tasks.streams.Startup;
import io.clusterdb.tasks.streams.StateDirectory;
import io.clusterdb.tasks.streams.StreamsClients;
import io.clusterdb.tasks.streams.StreamsDefaults;
import io.clusterdb.tasks.streams.StreamsMeters;
import io.clusterdb.tasks.streams.ThreadRestarts;
import io.clusterdb.tasks.streams.routing.AdminTopics;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The orchestrator: knows the state of every job and answers for it. Any number of instances share
 * the work, and each answers for all. Thread-safe.
 */
public final class OrchestratorService implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OrchestratorService.class);
  private static final String NAME = "orchestrator";
  private static final Duration REFRESH = Duration.ofSeconds(3);
  private static final Duration CLOSE = Duration.ofSeconds(15);
  private static final Duration REMEMBER = Duration.ofSeconds(2);
  private static final Duration ANNOUNCE = Duration.ofSeconds(1);

  private final TasksRuntime runtime;
  private final OrchestratorSettings settings;
  private final StateDirectory directory;
  private final TrackerViews views = new TrackerViews();
  private final RestoreProgress restores = new RestoreProgress(NAME, System::nanoTime);
  private final QueueSignal queues;
  private final AutoCloseable subscription;
  private final OrchestratorApi api;
  private final KafkaStreams streams;
  private final Chores chores = new Chores(NAME);
  private final CountDownLatch ready = new CountDownLatch(1);
  private final StreamsMeters streamsMeters;
  private final @Nullable QueueMeters queueMeters;
  private final AlertWatch alerts;
  private final AtomicBoolean closed = new AtomicBoolean();

  private OrchestratorService(
      TasksRuntime runtime,
      OrchestratorSettings settings,
      StateDirectory directory,
      @Nullable Supplier<Report> health) {
    this.runtime = runtime;
    this.settings = settings;
    this.directory = directory;
    this.queues = new QueueSignal(runtime.catalog().current());
    this.subscription = runtime.catalog().onChange(queues::changed);
    AdminTopics topics = new AdminTopics(runtime.admin(), System::nanoTime);
    int partitions = OrchestratorTopology.partitions(runtime);
    this.api =
        OrchestratorApi.start(runtime, views, partitions, health == null ? this::report : health);
    try {
      this.streams = streams(topics, partitions);
    } catch (RuntimeException e) {
      chores.close();
      Utils.closeQuietly(api, "HTTP API");
      Utils.closeQuietly(subscription, "subscription to the catalog");
      throw e;
    }
    api.join(streams);
    Meters meters = runtime.meters();
    this.streamsMeters = StreamsMeters.show(meters, streams);
    this.queueMeters =
        meters == null
            ? null
            : QueueMeters.start(
                meters,
                runtime,
                views,
                OrchestratorTopology.facts(runtime),
                () -> unready() == null);
    this.alerts =
        AlertWatch.start(
            runtime,
            api.readings(),
            () -> views.counts().containsKey(0),
            new SplittableRandom(),
            System::nanoTime);
    chores.every(REFRESH, "refresh of known topics", topics::refresh);
    chores.every(REMEMBER, "memory of queues", api::remember);
    Announcer announcer = new Announcer(runtime, api.address());
    chores.every(ANNOUNCE, "announcement of the API", () -> announcer.look(ready()));
  }

  /**
   * Starts an orchestrator, which closes with its connection if not before. It takes up its share
   * of the work a moment later: {@link #awaitReady} waits for that.
   *
   * @throws TasksException UNREACHABLE, or INVALID_CONFIG if the state directory or the API's
   *     address cannot be used
   */
  public static OrchestratorService start(TasksRuntime runtime, OrchestratorSettings settings) {
    return start(runtime, settings, null);
  }

  /**
   * As {@link #start(TasksRuntime, OrchestratorSettings)}, as a part of a larger platform.
   *
   * @param health what the API says of the platform's health; null for the orchestrator's own
   */
  public static OrchestratorService start(
      TasksRuntime runtime, OrchestratorSettings settings, @Nullable Supplier<Report> health) {
    runtime.topics().ensurePlatformTopics();
    runtime.topics().ensure(OrchestratorTopology.topics(runtime));
    runtime.catalog().latest();
    StateDirectory directory = StateDirectory.of(NAME, settings.stateDir());
    OrchestratorService service = create(runtime, settings, directory, health);
    runtime.attach(service);
    service.streams.start();
    return service;
  }

  /**
   * As {@link #start(TasksRuntime, OrchestratorSettings)}, and waits until it works.
   *
   * @throws TasksException as start does; INTERNAL if it does not work within this time, CANCELLED
   *     if the thread is interrupted
   */
  public static OrchestratorService startReady(
      TasksRuntime runtime, OrchestratorSettings settings, Duration limit) {
    OrchestratorService service = start(runtime, settings);
    Startup.await(NAME, service, service::awaitReady, limit);
    return service;
  }

  private static OrchestratorService create(
      TasksRuntime runtime,
      OrchestratorSettings settings,
      StateDirectory directory,
      @Nullable Supplier<Report> health) {
    try {
      return new OrchestratorService(runtime, settings, directory, health);
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private KafkaStreams streams(AdminTopics topics, int partitions) {
    Properties properties = new Properties();
    properties.putAll(
        runtime
            .clients()
            .properties(
                StreamsDefaults.copies(
                    OrchestratorStreams.of(
                        runtime.names().orchestratorApplication(),
                        settings,
                        directory.path(),
                        api.address().getAuthority()),
                    runtime.config().replication())));
    CommitTimes commits = new CommitTimes(System::nanoTime);
    KafkaStreams made =
        new KafkaStreams(
            OrchestratorTopology.build(runtime, settings, views, topics, commits, partitions),
            properties,
            new StreamsClients(
                runtime.admin(),
                runtime.names().orchestratorApplication(),
                "orchestrators",
                queues,
                commits));
    made.setUncaughtExceptionHandler(new ThreadRestarts(NAME, System::nanoTime));
    made.setGlobalStateRestoreListener(restores);
    made.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.RUNNING) {
            ready.countDown();
          }
        });
    return made;
  }

  /** What it is doing. */
  public OrchestratorState state() {
    return switch (streams.state()) {
      case CREATED -> OrchestratorState.STARTING;
      case REBALANCING ->
          ready.getCount() == 0 ? OrchestratorState.REBALANCING : OrchestratorState.STARTING;
      case RUNNING -> OrchestratorState.RUNNING;
      case PENDING_SHUTDOWN, NOT_RUNNING -> OrchestratorState.CLOSED;
      case PENDING_ERROR, ERROR -> OrchestratorState.FAILED;
    };
  }

  /** Where its API is. */
  public URI api() {
    return api.address();
  }

  private Report report() {
    OrchestratorState now = state();
    Map<String, Object> parts = new TreeMap<>();
    parts.put(NAME, now.name().toLowerCase(Locale.ROOT));
    RestoreProgress.Now restoring = restores.now();
    if (restoring.busy()) {
      parts.put("restoring", restoring);
    }
    String missing = unready();
    return new Report(now != OrchestratorState.FAILED, missing == null, parts, missing);
  }

  /**
   * Why it cannot be relied on now: it has not had its share, shares are handed out anew, stores
   * are read back, or lists and counts made from them; null if it can.
   */
  public @Nullable String unready() {
    RestoreProgress.Now restoring = restores.now();
    return switch (state()) {
      case RUNNING -> restoring.busy() ? restoring.toString() : indexing();
      case STARTING, REBALANCING ->
          restoring.busy() ? restoring.toString() : "partitions are being shared out";
      case FAILED -> "it ended by itself; see its log, and restart it";
      case CLOSED -> "it was closed";
    };
  }

  private @Nullable String indexing() {
    int partitions = views.building();
    return partitions == 0
        ? null
        : "lists and counts of jobs are made anew from the stores of %d partitions"
            .formatted(partitions);
  }

  /** How far it is with reading its stores back from Kafka. */
  public RestoreProgress.Now restoring() {
    return restores.now();
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
    return ready.await(limit.toMillis(), TimeUnit.MILLISECONDS);
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
    chores.close();
    Utils.closeQuietly(alerts, "alerts");
    Utils.closeQuietly(queueMeters, "metrics of queues");
    streamsMeters.close();
    Utils.closeQuietly(subscription, "subscription to the catalog");
    Utils.closeQuietly(api, "HTTP API");
    GroupMembershipOperation membership =
        settings.instance() == null
            ? GroupMembershipOperation.LEAVE_GROUP
            : GroupMembershipOperation.REMAIN_IN_GROUP;
    if (!streams.close(CloseOptions.groupMembershipOperation(membership).withTimeout(CLOSE))) {
      log.warn(
          "The orchestrator did not stop within {} s; what it had begun is done again",
          CLOSE.toSeconds());
    }
    directory.close();
  }
}
