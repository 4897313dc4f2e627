package io.clusterdb.tasks.http;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.TasksException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's HTTP server. Each call runs on a virtual thread, so that a resource may wait. What
 * goes wrong is answered with a problem document. Thread-safe.
 */
public final class HttpServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpServer.class);

  /** The most that a body may hold: several records of the largest size. */
  private static final int MAX_BODY = 16 * 1024 * 1024;

  /** Each takes about 20 KB of the heap; who comes beyond them waits in the listener's backlog. */
  private static final int MAX_CONNECTIONS = 4_096;

  private static final Duration GRACE = Duration.ofMillis(500);
  private static final Duration IDLE = Duration.ofMinutes(5); // beyond the longest long poll

  private final WebServer server;
  private final URI address;

  private HttpServer(WebServer server, URI address) {
    this.server = server;
    this.address = address;
  }

  /**
   * Binds the address and serves.
   *
   * @throws TasksException INVALID_CONFIG if the address is taken or not of this machine, or the
   *     keystore cannot be read
   */
  public static HttpServer start(HttpConfig config, List<HttpResource> resources) {
    return start(config, resources, Refusals.UNHEARD);
  }

  /** As the other one, telling of calls that a token does not allow. */
  public static HttpServer start(
      HttpConfig config, List<HttpResource> resources, Refusals refusals) {
    InetSocketAddress listen = resolve(config.listen());
    requireFree(listen);
    if (!listen.getAddress().isLoopbackAddress() && config.accepted().isEmpty()) {
      log.warn(
          "The HTTP API listens on {} for other machines and asks nobody for a token. Set"
              + " http.token or http.tokens.",
          config.listen());
    }
    Guard guard = new Guard(config, listen.getAddress());
    Dispatcher dispatcher = new Dispatcher(new Routes(resources), guard, MAX_BODY, refusals);
    WebServerConfig.Builder builder =
        WebServer.builder()
            .address(listen.getAddress())
            .port(listen.getPort())
            .shutdownHook(false)
            .shutdownGracePeriod(GRACE)
            .idleConnectionTimeout(IDLE)
            .maxTcpConnections(MAX_CONNECTIONS)
            .directHandlers(TransportProblems.handlers())
            .routing(HttpRouting.builder().any(dispatcher));
    if (config.keystore() != null) {
      builder.tls(ServerTls.of(config.keystore(), config.keystorePassword()));
    }
    WebServer started = builder.build().start();
    String scheme = config.keystore() == null ? "http" : "https";
    URI address = URI.create(scheme + "://" + host(listen.getAddress()) + ":" + started.port());
    return new HttpServer(started, address);
  }

  /** Where it listens, with the port that was picked. */
  public URI address() {
    return address;
  }

  /** Stops; calls under way get half a second. Further calls do nothing. */
  @Override
  public void close() {
    server.stop();
  }

  private static String host(InetAddress address) {
    String text = address.isAnyLocalAddress() ? localName() : address.getHostAddress();
    return text.contains(":") ? "[" + text + "]" : text;
  }

  /** What other machines call this one: an address of all interfaces is none to connect to. */
  private static String localName() {
    try {
      return InetAddress.getLocalHost().getHostAddress();
    } catch (UnknownHostException e) {
      return "127.0.0.1";
    }
  }

  private static InetSocketAddress resolve(String listen) {
    int colon = listen.lastIndexOf(':');
    String host = listen.substring(0, colon).replaceAll("^\\[|]$", "");
    InetSocketAddress address =
        new InetSocketAddress(host, Integer.parseInt(listen.substring(colon + 1)));
    if (address.isUnresolved()) {
      throw new TasksException(
          ErrorCode.INVALID_CONFIG,
          "expected an address of this machine for http.listen, found %s, which has no address."
              .formatted(listen));
    }
    return address;
  }

  /** The server's own error for a taken port hides it in a chain of causes. */
  private static void requireFree(InetSocketAddress address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
    } catch (IOException e) {
      throw new TasksException(
          ErrorCode.INVALID_CONFIG,
          "cannot listen on %s:%d (%s). Choose another http.listen, or port 0 for a free one."
              .formatted(address.getHostString(), address.getPort(), e.getMessage()),
          e);
    }
  }
}
