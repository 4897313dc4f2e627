package io.clusterdb.tasks;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a service's HTTP API is served, and how clients reach it. Immutable; each method that takes a
 * value returns a changed copy.
 *
 * @param listen {@code host:port} that a service's HTTP server listens on; port 0 picks a free one
 * @param url where clients reach the API, such as {@code https://tasks.example.com}: services
 *     announce it, clients prefer it to what is announced; null: services announce the address that
 *     they listen on
 * @param token what every request must show as {@code Authorization: Bearer TOKEN}, and what
 *     clients show; null: nobody is asked
 * @param readToken another token, with which one may read and change nothing; null for none
 * @param keystore PKCS#12 file with the server's key and certificate, for HTTPS; null for HTTP
 * @param keystorePassword opens the keystore; null for none
 */
public record HttpConfig(
    String listen,
    @Nullable String url,
    @Nullable String token,
    @Nullable String readToken,
    @Nullable Path keystore,
    @Nullable String keystorePassword) {
  /** Where a service's HTTP server listens unless said otherwise. */
  public static final String DEFAULT_LISTEN = "127.0.0.1:8080";

  /** Loopback, no token, no TLS. */
  public static final HttpConfig DEFAULT =
      new HttpConfig(DEFAULT_LISTEN, null, null, null, null, null);

  /** Checks the values. */
  public HttpConfig {
    Checks.text("http.listen", listen, 300);
    if (token != null) {
      Checks.text("http.token", token, 10_000);
    }
    if (readToken != null) {
      Checks.text("http.read_token", readToken, 10_000);
      Checks.that(token != null, "http.token beside http.read_token", "none");
    }
  }

  /** With this {@code host:port} to listen on. */
  public HttpConfig listen(String address) {
    return new HttpConfig(address, url, token, readToken, keystore, keystorePassword);
  }

  /** With this address for clients, or null for the one that is announced. */
  public HttpConfig url(@Nullable String address) {
    return new HttpConfig(listen, address, token, readToken, keystore, keystorePassword);
  }

  /** With this token, or null for none. */
  public HttpConfig token(@Nullable String secret) {
    return new HttpConfig(listen, url, secret, readToken, keystore, keystorePassword);
  }

  /** With this token for those who only read, or null for none. */
  public HttpConfig readToken(@Nullable String secret) {
    return new HttpConfig(listen, url, token, secret, keystore, keystorePassword);
  }

  /** With this PKCS#12 file and its password for HTTPS, or nulls for HTTP. */
  public HttpConfig keystore(@Nullable Path file, @Nullable String password) {
    return new HttpConfig(listen, url, token, readToken, file, password);
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return "HttpConfig[listen=%s, url=%s, token=%s, tls=%s]"
        .formatted(listen, url, token == null ? "none" : "set", keystore != null);
  }
}
