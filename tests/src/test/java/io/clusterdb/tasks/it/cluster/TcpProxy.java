package io.clusterdb.tasks.it.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A network between a client and a broker that can be slow or cut. While it is cut, nothing passes
 * and nothing is refused: what was sent arrives when it is whole again, as TCP would have it.
 */
final class TcpProxy implements AutoCloseable {
  private static final int CHUNK = 64 << 10;

  private final ServerSocket server;
  private final InetSocketAddress target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition whole = lock.newCondition();
  private boolean cut;
  private volatile int delayMs;

  TcpProxy(int port, int targetPort) throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    server = new ServerSocket(port, 64, loopback);
    target = new InetSocketAddress(loopback, targetPort);
    Thread.ofVirtual().name("proxy-" + port).start(this::accept);
  }

  /** Lets each piece of data, in either direction, arrive this much later. */
  void delay(int millis) {
    delayMs = millis;
  }

  /** Lets nothing through, or everything again. */
  void cut(boolean value) {
    lock.lock();
    try {
      cut = value;
      whole.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        sockets.add(client);
        Thread.ofVirtual().start(() -> connect(client));
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new java.io.UncheckedIOException(e);
        }
      }
    }
  }

  private void connect(Socket client) {
    Socket broker = new Socket();
    sockets.add(broker);
    try {
      pass();
      broker.connect(target, 5_000);
      Thread.ofVirtual().start(() -> pump(broker, client));
      pump(client, broker);
    } catch (IOException | InterruptedException e) {
      end(client, broker); // the broker is down: the client finds out as it would without us
    }
  }

  private void pump(Socket from, Socket to) {
    try {
      from.setTcpNoDelay(true);
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] chunk = new byte[CHUNK];
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        pass();
        out.write(chunk, 0, read);
      }
    } catch (IOException | InterruptedException e) {
      // One side is gone; so goes the other.
    } finally {
      end(from, to);
    }
  }

  private void pass() throws InterruptedException {
    if (delayMs > 0) {
      TimeUnit.MILLISECONDS.sleep(delayMs);
    }
    lock.lock();
    try {
      while (cut) {
        whole.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private void end(Socket... both) {
    for (Socket each : both) {
      sockets.remove(each);
      try {
        each.close();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut(false);
    end(sockets.toArray(Socket[]::new));
  }
}
