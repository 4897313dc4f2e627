package io.clusterdb.tasks.orchestrator.api;

import io.clusterdb.tasks.http.Endpoint;
import io.clusterdb.tasks.orchestrator.query.Unavailable;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.UnknownStateStoreException;

/**
 * Endpoints by which instances ask one another for what is in their own stores. During a rebalance
 * there may be none, which is no failure: whoever asks tries again.
 */
final class OwnStores {
  private OwnStores() {}

  static Endpoint get(String path, Endpoint.Handler handler) {
    return Endpoint.get(
        path,
        call -> {
          try {
            return handler.handle(call);
          } catch (UnknownStateStoreException e) {
            throw e; // a name that no store has is a defect of ours
          } catch (InvalidStateStoreException e) {
            throw new Unavailable("the stores of this instance are moving or being restored");
          }
        });
  }
}
