package io.clusterdb.tasks.orchestrator;

import io.clusterdb.tasks.catalog.CatalogChange;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.catalog.Endpoints;
import io.clusterdb.tasks.client.TasksRuntime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the address of a living instance in the catalog: an instance announces itself when it first
 * works, and later where the one that is announced is gone. Used by one thread.
 */
final class Announcer {
  private static final Logger log = LoggerFactory.getLogger(Announcer.class);
  private static final int CONNECT_MS = 1_000;

  /** One that restarts gets a moment. */
  private static final int MISSES = 2;

  private final TasksRuntime runtime;
  private final String own;
  private final boolean fixed;
  private boolean announced;
  private int misses;

  /**
   * Creates it.
   *
   * @param address where this instance's API is
   */
  Announcer(TasksRuntime runtime, URI address) {
    this.runtime = runtime;
    @Nullable String configured = runtime.config().http().url();
    this.own = configured == null ? address.toString() : configured;
    this.fixed = configured != null;
  }

  /**
   * Looks whether there is something to announce.
   *
   * @param ready whether this instance works
   */
  void look(boolean ready) {
    @Nullable String there = runtime.catalog().current().endpoints().api();
    if (own.equals(there)) {
      announced |= ready;
      misses = 0;
    } else if (there == null || (ready && !announced)) {
      announce();
      announced = ready;
    } else if (ready && !fixed && !answers(there) && ++misses >= MISSES) {
      log.info("{} does not answer any more; the catalog names {} from now on", there, own);
      announce();
    }
  }

  private boolean answers(String address) {
    URI uri = URI.create(address);
    int port = uri.getPort() > 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(uri.getHost(), port), CONNECT_MS);
      misses = 0;
      return true;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  private void announce() {
    CatalogSnapshot unused =
        runtime
            .catalogWriter()
            .change(
                catalog -> {
                  Endpoints now = new Endpoints(own, catalog.endpoints().registry());
                  return catalog.endpoints().equals(now)
                      ? List.of()
                      : List.of(new CatalogChange.PutEndpoints(now));
                });
    misses = 0;
  }
}
