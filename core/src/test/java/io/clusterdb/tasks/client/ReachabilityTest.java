package io.clusterdb.tasks.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

class ReachabilityTest {
  private static final Duration AT_ONCE = Duration.ofMillis(1);
  private static final Duration LONG = Duration.ofMinutes(1);

  private final KafkaFutureImpl<String> answer = new KafkaFutureImpl<>();

  @Test
  void aBrokerThatTakesConnectionsMayAnswerLate() throws Exception {
    try (ServerSocket broker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> waiting =
          CompletableFuture.runAsync(
              () -> await("127.0.0.1:1, 127.0.0.1:" + broker.getLocalPort(), LONG));
      try (var connection = broker.accept()) {
        assertThat(connection.isConnected()).isTrue();
      }
      assertThat(waiting).isNotDone();
      answer.complete("id");
      waiting.get(1, TimeUnit.MINUTES);
    }
  }

  @Test
  void butNotForEver() throws Exception {
    try (ServerSocket broker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> await("127.0.0.1:" + broker.getLocalPort(), AT_ONCE))
          .hasCauseInstanceOf(TimeoutException.class);
    }
  }

  @Test
  void whereNobodyTakesConnectionsNoMoreTimeIsGiven() {
    assertThatThrownBy(() -> await("127.0.0.1:1", Duration.ofDays(1)))
        .hasCauseInstanceOf(TimeoutException.class);
  }

  private void await(String bootstrap, Duration busy) {
    try {
      Reachability.await(answer, bootstrap, AT_ONCE, busy);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
