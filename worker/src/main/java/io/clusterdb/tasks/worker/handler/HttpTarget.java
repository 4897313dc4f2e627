package io.clusterdb.tasks.worker.handler;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * An address that jobs are sent to.
 *
 * @param uri the address, without a user's name and password
 * @param authorization value of the header of that name, from the address's user and password; null
 *     for none
 */
record HttpTarget(URI uri, @Nullable String authorization) {
  /**
   * Reads an address.
   *
   * @throws TasksException INVALID_CONFIG if it is no http or https URL
   */
  static HttpTarget parse(String url) {
    try {
      URI uri = new URI(url);
      String scheme = uri.getScheme();
      boolean http = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
      if (!http || uri.getHost() == null) {
        throw invalid("found \"" + url + "\"");
      }
      URI bare =
          new URI(
              scheme
                  + "://"
                  + authority(uri)
                  + (uri.getRawPath().isEmpty() ? "/" : uri.getRawPath())
                  + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()));
      return new HttpTarget(bare, basic(uri.getUserInfo()));
    } catch (URISyntaxException e) {
      throw invalid("found \"" + url + "\" (" + e.getReason() + ")");
    }
  }

  private static String authority(URI uri) {
    return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
  }

  private static @Nullable String basic(@Nullable String user) {
    return user == null
        ? null
        : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
  }

  private static TasksException invalid(String found) {
    return new TasksException(
        ErrorCode.INVALID_CONFIG,
        "an HTTP handler expects a URL such as http://localhost:3000/jobs, " + found + ".");
  }

  /** Whether HTTP/2 may be tried; over plain HTTP that takes an upgrade many servers stumble at. */
  boolean secure() {
    return "https".equalsIgnoreCase(uri.getScheme());
  }

  /** The address for messages: without the query, which may hold a secret. */
  @Override
  public String toString() {
    return uri.getScheme() + "://" + authority(uri) + uri.getRawPath();
  }
}
