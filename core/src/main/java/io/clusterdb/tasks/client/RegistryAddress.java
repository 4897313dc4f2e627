package io.clusterdb.tasks.client;

import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.catalog.CatalogView;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the schema registry is that the catalog announces. The first question reads the catalog,
 * unless somebody has read it; the others cost nothing. Never to be asked on the catalog's own
 * thread. Thread-safe.
 */
final class RegistryAddress implements Supplier<@Nullable String> {
  private static final Logger log = LoggerFactory.getLogger(RegistryAddress.class);

  private final CatalogView catalog;
  private final AtomicBoolean asked = new AtomicBoolean();

  RegistryAddress(CatalogView catalog) {
    this.catalog = catalog;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // nothing was read yet, as opposed to an empty catalog
  public @Nullable String get() {
    CatalogSnapshot known = catalog.current();
    if (known == CatalogSnapshot.EMPTY && asked.compareAndSet(false, true)) {
      known = read();
    }
    return known.endpoints().registry();
  }

  private CatalogSnapshot read() {
    try {
      return catalog.latest();
    } catch (TasksException e) {
      log.debug("The catalog cannot be asked for a schema registry; it is read on meanwhile.", e);
      return catalog.current();
    }
  }
}
