package io.clusterdb.tasks.embedded.registry;

import com.sun.net.httpserver.HttpServer;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/**
 * A schema registry for development, with Confluent's REST API and error codes for Avro. Its
 * schemas live in the topic {@code _schemas} in the layout of Confluent's registry, so their ids
 * survive a restart. One registry may run on a broker at a time. Thread-safe.
 */
public final class DevSchemaRegistry implements AutoCloseable {
  private static final int BACKLOG = 128;

  private final SchemaLog log;
  private final HttpFrontend frontend;
  private final InetSocketAddress address;

  private DevSchemaRegistry(SchemaLog log, HttpServer server) {
    this.log = log;
    this.address = server.getAddress();
    this.frontend = new HttpFrontend(server, RestApi.routes(new Registry(log)));
  }

  /**
   * Starts a registry and returns when it answers.
   *
   * @param bootstrap brokers that keep its schemas
   * @param listen where it listens; port 0 picks a free one
   * @throws TasksException if the port is taken or the broker does not answer
   */
  public static DevSchemaRegistry start(String bootstrap, InetSocketAddress listen) {
    HttpServer server;
    try {
      server = HttpServer.create(listen, BACKLOG);
    } catch (IOException e) {
      throw new TasksException(
          ErrorCode.CONFLICT,
          "the schema registry cannot listen on "
              + listen.getHostString()
              + ":"
              + listen.getPort()
              + " ("
              + e.getMessage()
              + "). Stop what listens there, or choose another port (0 picks a free one).",
          e);
    }
    return start(bootstrap, server);
  }

  /**
   * Starts a registry on a server that is bound and not started yet; the registry owns it from then
   * on, also when this fails.
   *
   * @throws TasksException if the broker does not answer
   */
  public static DevSchemaRegistry start(String bootstrap, HttpServer server) {
    return start(server, () -> new KafkaSchemaLog(bootstrap));
  }

  static DevSchemaRegistry start(HttpServer server, Supplier<SchemaLog> opener) {
    SchemaLog log;
    try {
      log = opener.get();
    } catch (RuntimeException e) {
      discard(server);
      throw failed(e);
    }
    try {
      return new DevSchemaRegistry(log, server);
    } catch (RuntimeException e) {
      log.close();
      discard(server);
      throw failed(e);
    }
  }

  /** Only the server's own thread frees its port, so a server that never ran has to run first. */
  private static void discard(HttpServer server) {
    server.start();
    server.stop(0);
  }

  private static TasksException failed(RuntimeException cause) {
    return new TasksException(
        ErrorCode.UNREACHABLE,
        "the schema registry did not start: "
            + cause.getMessage()
            + ". Check that the broker runs and that its address is right.",
        cause);
  }

  /** Its address for clients, such as {@code http://127.0.0.1:8081}. */
  public String url() {
    return "http://" + address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  /** Stops answering; what was answered is durable. */
  @Override
  public void close() {
    frontend.close();
    log.close();
  }
}
