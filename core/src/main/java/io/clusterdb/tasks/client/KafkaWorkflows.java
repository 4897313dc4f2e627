package io.clusterdb.tasks.client;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowManager;
import io.clusterdb.tasks.catalog.CatalogChange;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.catalog.WorkflowDefinitions;
import io.clusterdb.tasks.workflow.VersionOrder;
import io.clusterdb.tasks.workflow.WorkflowCheck;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Workflows on Kafka. */
final class KafkaWorkflows implements WorkflowManager {
  private static final Comparator<Workflow> ORDER =
      Comparator.comparing(Workflow::name).thenComparing(Workflow::version, VersionOrder.INSTANCE);

  private final TasksRuntime runtime;
  private final InlineHandlers handlers;

  KafkaWorkflows(TasksRuntime runtime) {
    this.runtime = runtime;
    this.handlers = new InlineHandlers(runtime);
  }

  @Override
  public void createWorkflow(Workflow workflow) {
    Workflow named = InlineHandlers.named(workflow);
    WorkflowCheck.require(named);
    runtime.catalogWriter().change(catalog -> create(catalog, named));
    handlers.start(workflow);
  }

  @Override
  public CompletableFuture<Void> createWorkflowAsync(Workflow workflow) {
    return Async.run(() -> createWorkflow(workflow));
  }

  @Override
  public List<Workflow> listWorkflows() {
    return runtime.catalog().latest().workflows().values().stream().sorted(ORDER).toList();
  }

  /** What it takes to have a version in the catalog. */
  static List<CatalogChange> create(CatalogSnapshot catalog, Workflow workflow) {
    Workflow existing = catalog.workflow(workflow.name(), workflow.version());
    if (existing == null) {
      return List.of(new CatalogChange.PutWorkflow(workflow));
    }
    if (WorkflowDefinitions.same(existing, workflow)) {
      return List.of();
    }
    throw new TasksException(
        ErrorCode.CONFLICT, "workflow " + workflow.id() + ": " + WorkflowDefinitions.CHANGED + ".");
  }
}
