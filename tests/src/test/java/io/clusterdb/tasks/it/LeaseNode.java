package io.clusterdb.tasks.it;

import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.http.HttpServer;
import io.clusterdb.tasks.orchestrator.lease.LeasePeers;
import io.clusterdb.tasks.orchestrator.lease.Leases;
import io.clusterdb.tasks.orchestrator.lease.LeasesResource;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** An instance that leases jobs, and a client that calls it: the service without its tracker. */
final class LeaseNode implements AutoCloseable {
  private final TasksConfig config;
  private final TasksRuntime runtime;
  private final Leases leases;
  private final LeasePeers peers;
  private final HttpServer server;

  private LeaseNode(TasksConfig config, Duration idle) {
    this.config = config;
    this.runtime = TasksRuntime.of(Tasks.connect(config));
    this.leases = new Leases(runtime, idle);
    this.peers = new LeasePeers("http", null);
    this.server =
        HttpServer.start(
            HttpConfig.DEFAULT.listen("127.0.0.1:0"),
            List.of(new LeasesResource(leases, peers, runtime.clock())));
  }

  /** Starts one among these, and adds it to them. */
  static LeaseNode start(TasksConfig config, Duration idle, Set<String> all) {
    LeaseNode node = new LeaseNode(config, idle);
    all.add(node.authority());
    node.leases.join(node.authority(), () -> all);
    return node;
  }

  URI address() {
    return server.address();
  }

  String authority() {
    return server.address().getAuthority();
  }

  /** A connection that calls this instance. */
  TasksRuntime client() {
    return TasksRuntime.of(
        Tasks.connect(config.http(HttpConfig.DEFAULT.url(server.address().toString()))));
  }

  /** As a process that is killed: nothing answers, and what it held is given back or runs out. */
  void die() {
    server.close();
    close();
  }

  @Override
  public void close() {
    leases.close();
    server.close();
    peers.close();
    runtime.close();
  }
}
