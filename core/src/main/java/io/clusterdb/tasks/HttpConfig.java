package io.clusterdb.tasks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a service's HTTP API is served, and how clients reach it. Immutable; each method that takes a
 * value returns a changed copy.
 *
 * @param listen {@code host:port} that a service's HTTP server listens on; port 0 picks a free one
 * @param url where clients reach the API, such as {@code https://tasks.example.com}: services
 *     announce it, clients prefer it to what is announced; null: services announce the address that
 *     they listen on
 * @param token what clients show as {@code Authorization: Bearer TOKEN}, and a service takes for
 *     {@link HttpRole#ADMIN}; null for none
 * @param readToken what a service takes for {@link HttpRole#READ}; null for none
 * @param tokens further tokens that a service takes; where there is no token at all, nobody is
 *     asked for one
 * @param keystore PKCS#12 file with the server's key and certificate, for HTTPS; null for HTTP
 * @param keystorePassword opens the keystore; null for none
 */
public record HttpConfig(
    String listen,
    @Nullable String url,
    @Nullable String token,
    @Nullable String readToken,
    List<HttpToken> tokens,
    @Nullable Path keystore,
    @Nullable String keystorePassword) {
  /** Where a service's HTTP server listens unless said otherwise. */
  public static final String DEFAULT_LISTEN = "127.0.0.1:8080";

  /** Loopback, no token, no TLS. */
  public static final HttpConfig DEFAULT =
      new HttpConfig(DEFAULT_LISTEN, null, null, null, List.of(), null, null);

  /** Checks the values. */
  public HttpConfig {
    Checks.text("http.listen", listen, 300);
    tokens = List.copyOf(tokens);
    List<HttpToken> all = accepted(token, readToken, tokens);
    Set<String> names = new HashSet<>();
    Set<String> secrets = new HashSet<>();
    for (HttpToken each : all) {
      Checks.that(names.add(each.name()), "each token's name once", each.name() + " again");
      Checks.that(
          secrets.add(each.secret()),
          "each token's secret once",
          "that of " + each.name() + " again");
    }
    // Instances ask one another with it, also to end a lease.
    Checks.that(
        all.isEmpty() || all.stream().anyMatch(each -> each.role().covers(HttpRole.OPERATE)),
        "http.token, or one of http.tokens with the role operate or admin, beside those that read",
        "none");
  }

  private static List<HttpToken> accepted(
      @Nullable String token, @Nullable String readToken, List<HttpToken> tokens) {
    List<HttpToken> all = new ArrayList<>(tokens);
    if (token != null) {
      all.add(new HttpToken("token", HttpRole.ADMIN, token));
    }
    if (readToken != null) {
      all.add(new HttpToken("read_token", HttpRole.READ, readToken));
    }
    return all;
  }

  /** Every token that a service takes; empty where nobody is asked. */
  public List<HttpToken> accepted() {
    return List.copyOf(accepted(token, readToken, tokens));
  }

  /** What this process shows to others: its token, else the strongest of those; null for none. */
  public @Nullable String shown() {
    return token != null
        ? token
        : tokens.stream()
            .max(Comparator.comparing(HttpToken::role))
            .map(HttpToken::secret)
            .orElse(null);
  }

  /** With this {@code host:port} to listen on. */
  public HttpConfig listen(String address) {
    return new HttpConfig(address, url, token, readToken, tokens, keystore, keystorePassword);
  }

  /** With this address for clients, or null for the one that is announced. */
  public HttpConfig url(@Nullable String address) {
    return new HttpConfig(listen, address, token, readToken, tokens, keystore, keystorePassword);
  }

  /** With this token, or null for none. */
  public HttpConfig token(@Nullable String secret) {
    return new HttpConfig(listen, url, secret, readToken, tokens, keystore, keystorePassword);
  }

  /** With this token for those who only read, or null for none. */
  public HttpConfig readToken(@Nullable String secret) {
    return new HttpConfig(listen, url, token, secret, tokens, keystore, keystorePassword);
  }

  /** With these further tokens. */
  public HttpConfig tokens(List<HttpToken> further) {
    return new HttpConfig(listen, url, token, readToken, further, keystore, keystorePassword);
  }

  /** With this PKCS#12 file and its password for HTTPS, or nulls for HTTP. */
  public HttpConfig keystore(@Nullable Path file, @Nullable String password) {
    return new HttpConfig(listen, url, token, readToken, tokens, file, password);
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return "HttpConfig[listen=%s, url=%s, tokens=%s, tls=%s]"
        .formatted(listen, url, accepted(), keystore != null);
  }
}
