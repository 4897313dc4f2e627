package io.clusterdb.tasks.orchestrator.workflow.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.ErrorHandling;
import io.clusterdb.tasks.OnFailure;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.workflow.Condition;
import io.clusterdb.tasks.workflow.TaskGraph;
import io.clusterdb.tasks.workflow.Template;
import io.clusterdb.tasks.workflow.TemplateException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A version of a workflow, ready to be decided on. Thread-safe. */
public final class Plan {
  private final Workflow workflow;
  private final TaskGraph graph;
  private final Map<String, Template> templates = new ConcurrentHashMap<>();
  private final Map<String, Condition> conditions = new ConcurrentHashMap<>();

  /** A plan of a workflow that was checked. */
  public Plan(Workflow workflow) {
    this.workflow = workflow;
    this.graph = new TaskGraph(workflow);
  }

  /** The workflow. */
  public Workflow workflow() {
    return workflow;
  }

  TaskGraph graph() {
    return graph;
  }

  List<String> names() {
    return List.copyOf(graph.tasks().keySet());
  }

  @Nullable WorkflowTask find(String name) {
    return graph.tasks().get(name);
  }

  WorkflowTask task(String name) {
    WorkflowTask task = graph.tasks().get(name);
    if (task == null) {
      throw new IllegalArgumentException("no task " + name + " in workflow " + workflow.id());
    }
    return task;
  }

  int dependencies(String name) {
    return graph.needs(name).size();
  }

  boolean continues(WorkflowTask task) {
    OnFailure own = task.onFailure();
    return own == null ? workflow.handling() == ErrorHandling.CONTINUE : own == OnFailure.CONTINUE;
  }

  boolean compensates() {
    return workflow.handling() != ErrorHandling.FAIL;
  }

  @Nullable RetryPolicy retry(WorkflowTask task) {
    return task.retry() == null ? workflow.retry() : task.retry();
  }

  /** The template of a value; {@code place} tells it from others of the workflow. */
  Template template(String place, Object value) throws TemplateException {
    Template known = templates.get(place);
    if (known == null) {
      JsonNode tree = value instanceof JsonNode node ? node : Json.mapper().valueToTree(value);
      known = Template.of(tree);
      templates.put(place, known);
    }
    return known;
  }

  Condition condition(String task, String text) throws TemplateException {
    Condition known = conditions.get(task);
    if (known == null) {
      known = Condition.of(text);
      conditions.put(task, known);
    }
    return known;
  }
}
