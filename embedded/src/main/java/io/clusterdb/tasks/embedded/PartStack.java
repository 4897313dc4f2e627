package io.clusterdb.tasks.embedded;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Parts that were started one on the other. They close in reverse order, each within its own bound,
 * and one that fails or hangs does not keep the others from closing.
 */
final class PartStack implements AutoCloseable {
  private final Deque<Part> parts = new ArrayDeque<>();

  private record Part(String name, Duration patience, AutoCloseable closeable) {}

  /**
   * Adds a part that has just been started.
   *
   * @param patience how long its close may take before the next part closes
   */
  synchronized <T extends AutoCloseable> T add(String name, Duration patience, T part) {
    parts.push(new Part(name, patience, part));
    return part;
  }

  /** Closes all parts; further calls wait for the first and find nothing left to do. */
  @Override
  public synchronized void close() {
    while (!parts.isEmpty()) {
      Part part = parts.pop();
      BoundedClose.run(part.name(), part.patience(), part.closeable());
    }
  }
}
