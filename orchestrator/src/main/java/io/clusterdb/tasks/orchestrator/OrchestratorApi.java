package io.clusterdb.tasks.orchestrator;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.http.HealthResource;
import io.clusterdb.tasks.http.HttpResource;
import io.clusterdb.tasks.http.HttpServer;
import io.clusterdb.tasks.http.OpenApiResource;
import io.clusterdb.tasks.http.ServiceRegistry;
import io.clusterdb.tasks.metrics.Meters;
import io.clusterdb.tasks.orchestrator.api.AlertsResource;
import io.clusterdb.tasks.orchestrator.api.BatchesResource;
import io.clusterdb.tasks.orchestrator.api.DeadLettersResource;
import io.clusterdb.tasks.orchestrator.api.EnqueueResource;
import io.clusterdb.tasks.orchestrator.api.ExecutionsResource;
import io.clusterdb.tasks.orchestrator.api.HistoryResource;
import io.clusterdb.tasks.orchestrator.api.JobCommandsResource;
import io.clusterdb.tasks.orchestrator.api.JobsResource;
import io.clusterdb.tasks.orchestrator.api.LiveResource;
import io.clusterdb.tasks.orchestrator.api.QueueStatsResource;
import io.clusterdb.tasks.orchestrator.api.QueuesResource;
import io.clusterdb.tasks.orchestrator.api.SchedulesResource;
import io.clusterdb.tasks.orchestrator.api.WorkflowsResource;
import io.clusterdb.tasks.orchestrator.console.ConsoleResource;
import io.clusterdb.tasks.orchestrator.lease.LeasePeers;
import io.clusterdb.tasks.orchestrator.lease.Leases;
import io.clusterdb.tasks.orchestrator.lease.LeasesResource;
import io.clusterdb.tasks.orchestrator.live.LiveFeed;
import io.clusterdb.tasks.orchestrator.query.AlertReadings;
import io.clusterdb.tasks.orchestrator.query.AttemptQueries;
import io.clusterdb.tasks.orchestrator.query.BatchQueries;
import io.clusterdb.tasks.orchestrator.query.Cluster;
import io.clusterdb.tasks.orchestrator.query.JobQueries;
import io.clusterdb.tasks.orchestrator.query.LogRecords;
import io.clusterdb.tasks.orchestrator.query.Peers;
import io.clusterdb.tasks.orchestrator.query.QueueHistory;
import io.clusterdb.tasks.orchestrator.query.QueueQueries;
import io.clusterdb.tasks.orchestrator.query.RecordQueries;
import io.clusterdb.tasks.orchestrator.query.Results;
import io.clusterdb.tasks.orchestrator.query.RunEvents;
import io.clusterdb.tasks.orchestrator.query.RunQueries;
import io.clusterdb.tasks.orchestrator.query.WorkerQueries;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerViews;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.state.HostInfo;

/** The orchestrator's HTTP API, and what it asks. Thread-safe. */
final class OrchestratorApi implements AutoCloseable {
  private final Peers peers;
  private final Cluster cluster;
  private final LogRecords records;
  private final RunEvents events;
  private final QueueQueries queues;
  private final AlertReadings readings;
  private final Leases leases;
  private final LeasePeers leasePeers;
  private final LiveFeed live;
  private final QueueHistory history;
  private final HttpServer server;

  private OrchestratorApi(
      TasksRuntime runtime,
      TrackerViews views,
      int partitions,
      Supplier<HealthResource.Report> health) {
    HttpConfig config = runtime.config().http();
    String scheme = config.keystore() == null ? "http" : "https";
    this.peers = new Peers(scheme, config.shown());
    this.cluster = new Cluster(peers, System::nanoTime);
    this.records = new LogRecords(runtime);
    this.events = new RunEvents(runtime, System::nanoTime);
    this.queues =
        new QueueQueries(cluster, views, runtime, partitions, OrchestratorTopology.facts(runtime));
    this.readings =
        new AlertReadings(cluster, views, runtime, partitions, OrchestratorTopology.facts(runtime));
    JobQueries jobs =
        new JobQueries(cluster, views, new Results(runtime, records), runtime, partitions);
    this.leases = new Leases(runtime, Leases.IDLE);
    this.leasePeers = new LeasePeers(scheme, config.shown());
    this.history = new QueueHistory(cluster, views, partitions, runtime.clock());
    this.live = LiveFeed.start(queues::all, runtime);
    List<HttpResource> resources = new ArrayList<>();
    resources.add(new HealthResource(health));
    Meters meters = runtime.meters();
    if (meters != null) {
      resources.addAll(ServiceRegistry.resources(meters.registry()));
    }
    resources.add(new AlertsResource(runtime::alerts, readings));
    resources.add(jobs(jobs, runtime));
    resources.add(new QueueStatsResource(runtime.catalog(), queues, new WorkerQueries(runtime)));
    resources.add(new QueuesResource(runtime.queues()));
    resources.add(new EnqueueResource(runtime.queues()));
    resources.add(new BatchesResource(new BatchQueries(cluster), runtime.queues()));
    resources.add(new JobCommandsResource(runtime.commands(), runtime.tasks()));
    resources.add(new DeadLettersResource(runtime.queues()));
    resources.add(new SchedulesResource(runtime.schedules()));
    resources.add(new LeasesResource(leases, leasePeers, runtime.clock()));
    resources.add(new OpenApiResource(JobsResource.class, "openapi.yaml"));
    resources.add(new ExecutionsResource(runtime.workflows(), runs(runtime, cluster)));
    resources.add(new HistoryResource(history, System::nanoTime));
    resources.add(new WorkflowsResource(runtime.catalog()));
    resources.add(new LiveResource(live));
    resources.add(new ConsoleResource());
    try {
      this.server =
          HttpServer.start(
              config,
              resources,
              (method, path, target) ->
                  runtime.audit().refused(method + " " + path, target, ErrorCode.FORBIDDEN));
    } catch (RuntimeException e) {
      Utils.closeQuietly(leases, "leases");
      closeQueries();
      throw e;
    }
  }

  private JobsResource jobs(JobQueries jobs, TasksRuntime runtime) {
    RecordQueries byRecord = new RecordQueries(jobs, records, runtime);
    return new JobsResource(
        jobs, byRecord, new AttemptQueries(jobs, byRecord, events, System::nanoTime));
  }

  private static RunQueries runs(TasksRuntime runtime, Cluster cluster) {
    String commands = runtime.names().workflowCommands();
    int count = runtime.topics().partitions(List.of(commands)).getOrDefault(commands, 1);
    return new RunQueries(cluster, commands, count);
  }

  /**
   * Binds the address and serves; until {@link #join} there are no answers but to health checks.
   *
   * @param partitions how many the tracker has
   */
  static OrchestratorApi start(
      TasksRuntime runtime,
      TrackerViews views,
      int partitions,
      Supplier<HealthResource.Report> health) {
    return new OrchestratorApi(runtime, views, partitions, health);
  }

  /** Answers from the stores of this topology, and those of the other instances. */
  void join(KafkaStreams streams) {
    cluster.join(streams, HostInfo.buildFromEndpoint(address().getAuthority()));
    leases.join(address().getAuthority(), () -> instances(streams));
  }

  private static Set<String> instances(KafkaStreams streams) {
    try {
      return streams.metadataForAllStreamsClients().stream()
          .map(each -> each.host() + ":" + each.port())
          .collect(Collectors.toSet());
    } catch (IllegalStateException e) {
      return Set.of(); // it has not started, or stops
    }
  }

  /** Remembers how queues are getting on; to be called every few seconds. */
  void remember() {
    history.look();
  }

  /** Where it is. */
  URI address() {
    return server.address();
  }

  /** What alerts are decided on. */
  AlertReadings readings() {
    return readings;
  }

  private void closeQueries() {
    Utils.closeQuietly(live, "live feed");
    Utils.closeQuietly(leasePeers, "client of other instances' leases");
    Utils.closeQuietly(queues, "queries of queues");
    Utils.closeQuietly(readings, "readings of queues");
    Utils.closeQuietly(records, "reader of records");
    Utils.closeQuietly(events, "reader of events");
    Utils.closeQuietly(peers, "client of other instances");
  }

  @Override
  public void close() {
    Utils.closeQuietly(live, "live feed"); // those who watch would keep the server waiting
    Utils.closeQuietly(leases, "leases"); // while callers can still end theirs
    server.close();
    closeQueries();
  }
}
