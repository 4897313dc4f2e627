package io.clusterdb.tasks.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LoopbackPortsTest {
  private final LoopbackPorts ports = new LoopbackPorts(new Random(1));

  @Test
  void opensTheGivenPortOnLoopbackOnly() {
    InetSocketAddress address = ports.open(9092, "the server", "--port", opened -> opened);

    assertThat(address.getPort()).isEqualTo(9092);
    assertThat(address.getAddress().isLoopbackAddress()).isTrue();
  }

  @Test
  void picksFreePortsBelowTheEphemeralRange() {
    for (int i = 0; i < 1_000; i++) {
      InetSocketAddress address = ports.open(0, "the server", "--port", opened -> opened);
      assertThat(address.getPort()).isBetween(1_024, 32_767);
    }
  }

  @Test
  void triesAnotherPortWhenAFreeOneTurnsOutToBeTaken() {
    List<Integer> tried = new ArrayList<>();

    int port =
        ports.open(
            0,
            "the server",
            "--port",
            address -> {
              tried.add(address.getPort());
              if (tried.size() < 3) {
                throw new BindException("Address already in use");
              }
              return address.getPort();
            });

    assertThat(tried).hasSize(3).last().isEqualTo(port);
  }

  @Test
  void namesThePortAndTheFlagWhenAPortIsBusy() throws IOException {
    try (ServerSocket busy = ports.open(0, "a rival", "--port", LoopbackPortsTest::listen)) {
      int port = busy.getLocalPort();

      assertThatThrownBy(
              () -> ports.open(port, "the server", "--port", LoopbackPortsTest::listen).close())
          .isInstanceOfSatisfying(
              TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT))
          .hasMessageContaining("the server cannot listen on 127.0.0.1:" + port)
          .hasMessageContaining("--port");
    }
  }

  @Test
  void refusesWhatIsNoPort() {
    assertThatThrownBy(() -> ports.open(70_000, "the server", "--port", address -> address))
        .isInstanceOf(TasksException.class)
        .hasMessageContaining("70000")
        .hasMessageContaining("--port");
  }

  private static ServerSocket listen(InetSocketAddress address) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.bind(address);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}
