package io.clusterdb.tasks.client;

import io.clusterdb.tasks.kafka.KafkaErrors;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.utils.Utils;

/**
 * Finds out whether a broker answers. Where one takes connections and its answer is late, somebody
 * is busy, maybe this process itself that has just begun: that gets more time, since a service that
 * gives up and begins anew makes a busy machine busier, and might never come up. Stateless.
 */
final class Reachability {
  private static final Duration ABSENT = Duration.ofSeconds(10);
  private static final Duration BUSY = Duration.ofSeconds(30);
  private static final int CONNECT_MS = 1_000;

  private Reachability() {}

  /** Returns when a broker has answered; throws UNREACHABLE, FORBIDDEN or INVALID_CONFIG. */
  static void check(Supplier<Admin> admin, String bootstrap) {
    try {
      await(admin.get().describeCluster().clusterId(), bootstrap, ABSENT, BUSY);
    } catch (KafkaException | ExecutionException | InterruptedException | TimeoutException e) {
      throw KafkaErrors.of("connect", bootstrap, e);
    }
  }

  /**
   * Waits for an answer.
   *
   * @param absent how long where nobody takes connections
   * @param busy how long more where somebody does
   */
  static void await(KafkaFuture<?> answer, String bootstrap, Duration absent, Duration busy)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      answer.get(absent.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      if (!listens(bootstrap)) {
        throw e;
      }
      answer.get(busy.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private static boolean listens(String bootstrap) {
    return Arrays.stream(bootstrap.split(",", -1)).map(String::strip).anyMatch(Reachability::takes);
  }

  /** Whether this address takes connections. */
  private static boolean takes(String address) {
    String host = Utils.getHost(address);
    Integer port = Utils.getPort(address);
    if (host == null || port == null) {
      return false;
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), CONNECT_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
