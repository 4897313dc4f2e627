package io.clusterdb.tasks.embedded;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.random.RandomGenerator;

/**
 * Binds servers to ports of the loopback address. A free port is found by binding it, never by
 * probing first, so no other process can take it in between; free ports lie below the ephemeral
 * range, where the client side of somebody's connection could occupy them on a restart.
 */
final class LoopbackPorts {
  static final String HOST = "127.0.0.1";

  private static final int LOWEST = 15_000;
  private static final int EPHEMERAL = 32_768;
  private static final int ATTEMPTS = 200;

  private final RandomGenerator random;

  LoopbackPorts(RandomGenerator random) {
    this.random = random;
  }

  /** An address on the IPv4 loopback interface, whatever the JVM prefers. */
  static InetSocketAddress address(int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(HOST, new byte[] {127, 0, 0, 1}), port);
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }

  /** Opens a server on an address; throws a {@link BindException} if its port is taken. */
  @FunctionalInterface
  interface Opener<T> {
    T open(InetSocketAddress address) throws IOException;
  }

  /**
   * Opens a server on a port, or on a free one if {@code port} is 0.
   *
   * @param what the server's name in an error, such as "the Kafka broker"
   * @param flag the command line's flag that sets this port
   */
  <T> T open(int port, String what, String flag, Opener<T> opener) {
    if (port < 0 || port > 65_535) {
      throw new TasksException(
          ErrorCode.INVALID_CONFIG,
          "%d is no port for %s. Set %s to 1 to 65535, or to 0 for a free one."
              .formatted(port, what, flag));
    }
    try {
      return port == 0 ? openFree(opener) : opener.open(address(port));
    } catch (BindException e) {
      throw new TasksException(
          ErrorCode.CONFLICT,
          "%s cannot listen on %s:%d (%s). Stop what listens there, or choose another port with %s; 0 picks a free one."
              .formatted(what, HOST, port, e.getMessage(), flag),
          e);
    } catch (IOException e) {
      throw new TasksException(
          ErrorCode.INVALID_CONFIG,
          "%s cannot listen on %s:%d (%s). Look at this machine's network limits, or choose another port with %s."
              .formatted(what, HOST, port, e.getMessage(), flag),
          e);
    }
  }

  private <T> T openFree(Opener<T> opener) throws IOException {
    BindException last = new BindException("no attempt was made");
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        return opener.open(address(random.nextInt(LOWEST, EPHEMERAL)));
      } catch (BindException e) {
        last = e;
      }
    }
    throw last;
  }
}
