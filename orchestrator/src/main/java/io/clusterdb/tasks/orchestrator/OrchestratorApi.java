package io.clusterdb.tasks.orchestrator;

import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.http.HealthResource;
import io.clusterdb.tasks.http.HttpResource;
import io.clusterdb.tasks.http.HttpServer;
import io.clusterdb.tasks.http.OpenApiResource;
import io.clusterdb.tasks.orchestrator.api.DeadLettersResource;
import io.clusterdb.tasks.orchestrator.api.EnqueueResource;
import io.clusterdb.tasks.orchestrator.api.JobCommandsResource;
import io.clusterdb.tasks.orchestrator.api.JobsResource;
import io.clusterdb.tasks.orchestrator.api.QueueStatsResource;
import io.clusterdb.tasks.orchestrator.api.QueuesResource;
import io.clusterdb.tasks.orchestrator.api.SchedulesResource;
import io.clusterdb.tasks.orchestrator.query.Cluster;
import io.clusterdb.tasks.orchestrator.query.JobQueries;
import io.clusterdb.tasks.orchestrator.query.Peers;
import io.clusterdb.tasks.orchestrator.query.QueueQueries;
import io.clusterdb.tasks.orchestrator.query.Results;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerViews;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.state.HostInfo;

/** The orchestrator's HTTP API, and what it asks. Thread-safe. */
final class OrchestratorApi implements AutoCloseable {
  private final Peers peers;
  private final Cluster cluster;
  private final Results results;
  private final QueueQueries queues;
  private final HttpServer server;

  private OrchestratorApi(
      TasksRuntime runtime,
      TrackerViews views,
      int partitions,
      Supplier<HealthResource.Report> health) {
    HttpConfig config = runtime.config().http();
    this.peers = new Peers(config.keystore() == null ? "http" : "https", config.token());
    this.cluster = new Cluster(peers, System::nanoTime);
    this.results = new Results(runtime);
    this.queues =
        new QueueQueries(cluster, views, runtime, partitions, OrchestratorTopology.facts(runtime));
    JobQueries jobs = new JobQueries(cluster, views, results, partitions);
    List<HttpResource> resources = new ArrayList<>();
    resources.add(new HealthResource(health));
    resources.add(new JobsResource(jobs));
    resources.add(new QueueStatsResource(runtime.catalog(), queues));
    resources.add(new QueuesResource(runtime.queues()));
    resources.add(new EnqueueResource(runtime.queues()));
    resources.add(new JobCommandsResource(runtime.commands(), runtime.tasks()));
    resources.add(new DeadLettersResource(runtime.queues()));
    resources.add(new SchedulesResource(runtime.schedules()));
    resources.add(new OpenApiResource(JobsResource.class, "openapi.yaml"));
    try {
      this.server = HttpServer.start(config, resources);
    } catch (RuntimeException e) {
      closeQueries();
      throw e;
    }
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
  }

  /** Where it is. */
  URI address() {
    return server.address();
  }

  private void closeQueries() {
    Utils.closeQuietly(queues, "queries of queues");
    Utils.closeQuietly(results, "reader of results");
    Utils.closeQuietly(peers, "client of other instances");
  }

  @Override
  public void close() {
    server.close();
    closeQueries();
  }
}
