package io.clusterdb.tasks.orchestrator.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.catalog.CatalogView;
import io.clusterdb.tasks.client.QueueShape;
import io.clusterdb.tasks.client.StatsJson;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.http.Answer;
import io.clusterdb.tasks.http.Endpoint;
import io.clusterdb.tasks.http.HttpCall;
import io.clusterdb.tasks.http.HttpResource;
import io.clusterdb.tasks.orchestrator.query.QueueQueries;
import io.clusterdb.tasks.orchestrator.query.WorkerQueries;
import java.util.Comparator;
import java.util.List;

/** Queues, and how they are getting on. */
public final class QueueStatsResource implements HttpResource {
  private final CatalogView catalog;
  private final QueueQueries queues;
  private final WorkerQueries workers;

  /** Asks these. */
  public QueueStatsResource(CatalogView catalog, QueueQueries queues, WorkerQueries workers) {
    this.catalog = catalog;
    this.queues = queues;
    this.workers = workers;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/queues", call -> list()),
        Endpoint.get("/v1/queues/{queue}/stats", this::stats),
        Endpoint.get(
            "/v1/queues/{queue}/workers",
            call -> Answer.ok(workers.of(queues.known(call.path("queue"))))),
        OwnStores.get("/internal/counts", call -> Answer.ok(queues.countsHere())),
        OwnStores.get("/internal/queues/{queue}/counts", this::counts));
  }

  private Answer list() {
    CatalogSnapshot now = catalog.latest();
    ObjectNode node = Json.mapper().createObjectNode();
    ArrayNode list = node.putArray("queues");
    now.queues().values().stream()
        .sorted(Comparator.comparing(Queue::name))
        .forEach(
            queue -> {
              ObjectNode each = Json.mapper().valueToTree(QueueShape.of(queue));
              list.add(each.put("paused", now.paused().contains(queue.name())));
            });
    return Answer.ok(node);
  }

  private Answer stats(HttpCall call) throws InterruptedException {
    return Answer.ok(StatsJson.of(queues.stats(call.path("queue"))));
  }

  private Answer counts(HttpCall call) {
    return Answer.ok(queues.countsHere(call.path("queue")));
  }
}
