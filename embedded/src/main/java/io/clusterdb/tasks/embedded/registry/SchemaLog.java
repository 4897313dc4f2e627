package io.clusterdb.tasks.embedded.registry;

import java.util.List;
import java.util.function.Consumer;

/** Where a registry's records are kept. */
interface SchemaLog extends AutoCloseable {
  /** Gives every record from the log's start to its present end. */
  void replay(Consumer<RegistryRecord> reader);

  /**
   * Returns when the records are durable.
   *
   * @throws RegistryError if that is not certain
   */
  void append(List<RegistryRecord> records);

  @Override
  void close();
}
