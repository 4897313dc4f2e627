package io.clusterdb.tasks.orchestrator.tracker.topology;

import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.catalog.CatalogView;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** A catalog that the test changes. */
final class FixedCatalog implements CatalogView {
  private final Map<String, Queue> queues = new HashMap<>();
  private CatalogSnapshot snapshot = CatalogSnapshot.EMPTY;

  FixedCatalog with(Queue queue) {
    queues.put(queue.name(), queue);
    snapshot = new CatalogSnapshot(queues.size(), queues, Map.of(), Set.of());
    return this;
  }

  @Override
  public CatalogSnapshot current() {
    return snapshot;
  }

  @Override
  public CatalogSnapshot latest() {
    return snapshot;
  }

  @Override
  public AutoCloseable onChange(Consumer<CatalogSnapshot> listener) {
    return () -> {};
  }
}
