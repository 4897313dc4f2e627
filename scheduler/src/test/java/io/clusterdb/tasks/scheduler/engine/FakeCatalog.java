package io.clusterdb.tasks.scheduler.engine;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.catalog.CatalogView;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** A catalog whose live view may trail behind. */
public final class FakeCatalog implements CatalogView {
  private final Map<String, Queue> queues = new HashMap<>();
  private final Map<String, TaskDefinition> types = new HashMap<>();
  private CatalogSnapshot seen = CatalogSnapshot.EMPTY;
  private boolean unreachable;
  private int looks;

  /** Has these queues, and has been read to its end. */
  public FakeCatalog(String... names) {
    for (String name : names) {
      create(name);
    }
    seen = latest();
  }

  /** Creates a queue that the live view does not see yet. */
  public void create(String name) {
    queues.put(name, Queue.named(name).build());
  }

  /** Adds a type. */
  public void define(TaskDefinition type) {
    types.put(type.type(), type);
    seen = latest();
  }

  /** Deletes a queue. */
  public void delete(String name) {
    queues.remove(name);
    seen = latest();
  }

  void unreachable(boolean value) {
    unreachable = value;
  }

  int looks() {
    return looks;
  }

  @Override
  public CatalogSnapshot current() {
    return seen;
  }

  @Override
  public CatalogSnapshot latest() {
    looks++;
    if (unreachable) {
      throw new TasksException(ErrorCode.UNREACHABLE, "expected a broker, found none");
    }
    return new CatalogSnapshot(looks, queues, types, Set.of());
  }

  @Override
  public AutoCloseable onChange(Consumer<CatalogSnapshot> listener) {
    return () -> {};
  }
}
