package io.clusterdb.tasks.http;

import io.clusterdb.tasks.HttpConfig;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may call. With tokens, who shows one. Without, the server is meant for this machine, and what
 * has to be kept out are pages of strangers in a browser here: they send an {@code Origin} of their
 * own, or reach the server under a name of their own (DNS rebinding).
 */
final class Guard {
  private static final String BEARER = "bearer ";
  private static final Pattern ADDRESS = Pattern.compile("\\[.*]|[0-9.]+");

  private final byte @Nullable [] token;
  private final byte @Nullable [] readToken;
  private final boolean loopback;

  Guard(HttpConfig config, InetAddress listening) {
    this.token = bytes(config.token());
    this.readToken = bytes(config.readToken());
    this.loopback = listening.isLoopbackAddress();
  }

  /** Lets a call pass or throws a {@link ProblemException}, 401 or 403. */
  void check(Endpoint endpoint, ServerRequest request) {
    checkOrigin(request);
    if (endpoint.open()) {
      return;
    }
    if (token == null) {
      checkHost(request);
      return;
    }
    byte[] shown = shown(request);
    if (MessageDigest.isEqual(token, shown)) {
      return;
    }
    if (readToken == null || !MessageDigest.isEqual(readToken, shown)) {
      throw new ProblemException(
          401,
          "Unauthorized",
          "expected the header Authorization: Bearer TOKEN with this service's token, found %s."
              .formatted(shown.length == 0 ? "none" : "another"));
    }
    if (!endpoint.method().equals("GET")) {
      throw new ProblemException(
          403, "Forbidden", "this token may read only. Use the token of operators.");
    }
  }

  private static byte[] shown(ServerRequest request) {
    String value = header(request, "Authorization").orElse("");
    boolean bearer = value.toLowerCase(Locale.ROOT).startsWith(BEARER);
    return bearer
        ? value.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8)
        : new byte[0];
  }

  private static void checkOrigin(ServerRequest request) {
    Optional<String> origin = header(request, "Origin");
    String host = header(request, "Host").orElse("");
    if (origin.isPresent() && !origin.get().replaceFirst("^https?://", "").equals(host)) {
      throw new ProblemException(
          403,
          "Forbidden",
          "expected a call from no page or from this service's own, found one from %s."
              .formatted(origin.get()));
    }
  }

  private void checkHost(ServerRequest request) {
    String host = header(request, "Host").orElse("").replaceFirst(":[0-9]+$", "");
    boolean near =
        host.isEmpty() || host.equalsIgnoreCase("localhost") || ADDRESS.matcher(host).matches();
    if (loopback && !near) {
      throw new ProblemException(
          403,
          "Forbidden",
          "expected this machine's name localhost or an address for a host, found %s. Set http.token to serve under other names."
              .formatted(host));
    }
  }

  private static Optional<String> header(ServerRequest request, String name) {
    return request.headers().first(HeaderNames.create(name));
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }
}
