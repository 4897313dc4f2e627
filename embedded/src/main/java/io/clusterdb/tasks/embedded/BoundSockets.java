package io.clusterdb.tasks.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * Server sockets that are bound before Kafka starts and handed over when it asks for its listeners:
 * the ports are known when the configuration is written, and a busy one fails at once and clearly.
 */
final class BoundSockets implements ServerSocketFactory, AutoCloseable {
  private static final int BACKLOG = 128;

  private final LoopbackPorts ports;
  private final ConcurrentMap<String, ServerSocketChannel> bound = new ConcurrentHashMap<>();

  BoundSockets(LoopbackPorts ports) {
    this.ports = ports;
  }

  /** Binds a listener's socket and returns its port. */
  int bind(String listener, int port, String what, String flag) {
    ServerSocketChannel channel = ports.open(port, what, flag, BoundSockets::listen);
    bound.put(listener, channel);
    return channel.socket().getLocalPort();
  }

  private static ServerSocketChannel listen(InetSocketAddress address) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.INET);
    try {
      channel.configureBlocking(false);
      channel.bind(address, BACKLOG);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Hands a socket over; whoever takes it closes it. */
  @Override
  public ServerSocketChannel openServerSocket(
      String listener, InetSocketAddress address, int backlog, int receiveBuffer)
      throws IOException {
    ServerSocketChannel channel = bound.remove(listener);
    return channel != null
        ? channel
        : ServerSocketFactory.INSTANCE.openServerSocket(listener, address, backlog, receiveBuffer);
  }

  /** Closes the sockets that nobody took. */
  @Override
  public void close() {
    for (String listener : bound.keySet()) {
      ServerSocketChannel channel = bound.remove(listener);
      if (channel != null) {
        try {
          channel.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
