package io.clusterdb.tasks.worker.handler;

import io.clusterdb.tasks.NamedFailure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a request got no answer, in words; the client often has none. */
final class HttpFailures {
  /** Type of a failure without an answer. */
  static final String CONNECTION_ERROR = "ConnectionError";

  private HttpFailures() {}

  static NamedFailure explain(HttpTarget target, IOException error) {
    return new NamedFailure(
        CONNECTION_ERROR, target + " gave no answer: " + reason(target, error), error);
  }

  private static String reason(HttpTarget target, IOException error) {
    if (find(error, UnresolvedAddressException.class)) {
      return "its host name is unknown. Correct the address, or check the name service.";
    }
    return switch (error) {
      case HttpConnectTimeoutException e ->
          "no connection within " + HttpHandler.CONNECT_TIMEOUT.toSeconds() + " s. Is it running?";
      case ConnectException e -> "the connection was refused. Is it running?";
      case SSLException e -> "TLS failed: " + e.getMessage() + ".";
      default -> "the connection broke (" + text(error) + ")." + hint(target);
    };
  }

  /**
   * A server without TLS closes the connection, and the client may see that before the nonsense.
   */
  private static String hint(HttpTarget target) {
    return target.toString().startsWith("https:") ? " Does it speak TLS?" : "";
  }

  private static boolean find(Throwable error, Class<? extends Throwable> type) {
    Throwable cause = error;
    for (int depth = 0; cause != null && depth < 10; depth++) {
      if (type.isInstance(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static @Nullable String text(IOException error) {
    return error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
  }
}
