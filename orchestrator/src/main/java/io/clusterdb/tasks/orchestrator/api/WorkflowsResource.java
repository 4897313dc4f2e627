package io.clusterdb.tasks.orchestrator.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowAction;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.catalog.CatalogView;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.http.Answer;
import io.clusterdb.tasks.http.Endpoint;
import io.clusterdb.tasks.http.HttpResource;
import io.clusterdb.tasks.workflow.VersionOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Definitions of workflows. */
public final class WorkflowsResource implements HttpResource {
  private final CatalogView catalog;

  /** Shows what this has. */
  public WorkflowsResource(CatalogView catalog) {
    this.catalog = catalog;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(Endpoint.get("/v1/workflows", call -> Answer.ok(list())));
  }

  private JsonNode list() {
    Map<String, List<Workflow>> byName = new TreeMap<>();
    for (Workflow each : catalog.latest().workflows().values()) {
      byName.computeIfAbsent(each.name(), name -> new ArrayList<>()).add(each);
    }
    ObjectNode node = Json.mapper().createObjectNode();
    ArrayNode workflows = node.putArray("workflows");
    byName.forEach(
        (name, versions) -> {
          ArrayNode shown = workflows.addObject().put("name", name).putArray("versions");
          versions.sort(Comparator.comparing(Workflow::version, VersionOrder.INSTANCE.reversed()));
          versions.forEach(each -> shown.add(version(each)));
        });
    return node;
  }

  private static ObjectNode version(Workflow workflow) {
    ObjectNode node = Json.mapper().createObjectNode().put("version", workflow.version());
    ArrayNode tasks = node.putArray("tasks");
    for (WorkflowTask task : workflow.tasks()) {
      ObjectNode each = tasks.addObject().put("name", task.name());
      action(each, task.action());
      ArrayNode before = each.putArray("dependsOn");
      task.dependsOn().forEach(before::add);
    }
    return node;
  }

  private static void action(ObjectNode node, WorkflowAction action) {
    switch (action) {
      case WorkflowAction.RunJob job -> node.put("kind", "job").put("type", job.task().type());
      case WorkflowAction.Sleep unused -> node.put("kind", "sleep");
      case WorkflowAction.WaitFor wait -> node.put("kind", "wait").put("signal", wait.signal());
      case WorkflowAction.RunWorkflow run ->
          node.put("kind", "workflow").put("workflow", run.workflow());
    }
  }
}
