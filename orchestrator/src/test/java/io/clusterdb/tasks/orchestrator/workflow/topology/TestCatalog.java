package io.clusterdb.tasks.orchestrator.workflow.topology;

import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.catalog.CatalogView;
import io.clusterdb.tasks.catalog.Endpoints;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** A catalog that the test changes. */
final class TestCatalog implements CatalogView {
  private final Map<String, Queue> queues = new HashMap<>();
  private final Map<String, Workflow> workflows = new HashMap<>();

  TestCatalog with(Queue queue) {
    queues.put(queue.name(), queue);
    return this;
  }

  TestCatalog with(Workflow workflow) {
    workflows.put(workflow.id(), workflow);
    return this;
  }

  void clear() {
    workflows.clear();
  }

  @Override
  public CatalogSnapshot current() {
    return new CatalogSnapshot(
        1, queues, Map.of(), workflows, Set.of(), Map.of(), Set.of(), Endpoints.NONE, Map.of());
  }

  @Override
  public CatalogSnapshot latest() {
    return current();
  }

  @Override
  public AutoCloseable onChange(Consumer<CatalogSnapshot> listener) {
    return () -> {};
  }
}
