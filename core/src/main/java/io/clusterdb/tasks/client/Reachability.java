package io.clusterdb.tasks.client;

import io.clusterdb.tasks.kafka.KafkaErrors;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** Finds out whether a broker answers. */
final class Reachability {
  private static final int SECONDS = 10;

  private Reachability() {}

  /** Returns when a broker has answered; throws UNREACHABLE, FORBIDDEN or INVALID_CONFIG. */
  static void check(Supplier<Admin> admin, String bootstrap) {
    try {
      admin.get().describeCluster().clusterId().get(SECONDS, TimeUnit.SECONDS);
    } catch (KafkaException | ExecutionException | InterruptedException | TimeoutException e) {
      throw KafkaErrors.of("connect", bootstrap, e);
    }
  }
}
