package io.clusterdb.tasks.http;

import io.clusterdb.tasks.HttpConfig;
import io.clusterdb.tasks.HttpRole;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
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

  /** A token as it is compared: by digests of one length, so that time tells nothing. */
  @SuppressWarnings("ArrayRecordComponent") // compared by MessageDigest alone
  private record Known(byte[] digest, Caller caller) {}

  private final List<Known> tokens;
  private final boolean loopback;

  Guard(HttpConfig config, InetAddress listening) {
    this.tokens =
        config.accepted().stream()
            .map(
                each ->
                    new Known(
                        digest(each.secret().getBytes(StandardCharsets.UTF_8)),
                        new Caller(each.name(), each.role())))
            .toList();
    this.loopback = listening.isLoopbackAddress();
  }

  /**
   * Says whose a call is, or throws a {@link ProblemException}: 401 for an unknown one, 403 for one
   * from a stranger's page.
   */
  Caller caller(Endpoint endpoint, ServerRequest request) {
    checkOrigin(request);
    HttpRole wanted = endpoint.access().role();
    if (wanted == null) {
      return Caller.UNKNOWN;
    }
    if (tokens.isEmpty()) {
      checkHost(request);
      return Caller.UNKNOWN;
    }
    byte[] shown = shown(request);
    Caller caller = find(shown);
    if (caller == null || caller.role() == null) {
      throw new ProblemException(
          401,
          "Unauthorized",
          "expected the header Authorization: Bearer TOKEN with a token of this service, found %s."
              .formatted(shown.length == 0 ? "none" : "another"));
    }
    return caller;
  }

  /** Why the caller's role does not allow it; null if it does. */
  @Nullable ProblemException refusal(Caller caller, Endpoint endpoint) {
    HttpRole wanted = endpoint.access().role();
    HttpRole has = caller.role();
    if (wanted == null || has == null || has.covers(wanted)) {
      return null;
    }
    return new ProblemException(
        403,
        "Forbidden",
        "expected a token of the role %s, found %s of the role %s. Use another token."
            .formatted(wanted.text(), caller.token(), has.text()));
  }

  /** Looks at all of them, also once it is found. */
  private @Nullable Caller find(byte[] shown) {
    byte[] digest = digest(shown);
    Caller found = null;
    for (Known each : tokens) {
      if (MessageDigest.isEqual(each.digest(), digest)) {
        found = each.caller();
      }
    }
    return found;
  }

  private static byte[] digest(byte[] secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
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
}
