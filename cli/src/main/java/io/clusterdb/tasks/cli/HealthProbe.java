package io.clusterdb.tasks.cli;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** Asks a service whether it is well, for images that have neither shell nor curl. */
public final class HealthProbe {
  private static final String USUAL = "http://127.0.0.1:8080/health/ready";
  private static final int PATIENCE_MILLIS = 3_000;

  private HealthProbe() {}

  /**
   * Ends the process with 0 if the address, by default {@value #USUAL}, answers 200, else with 1.
   */
  public static void main(String[] arguments) {
    System.exit(well(arguments.length == 0 ? USUAL : arguments[0]) ? 0 : 1);
  }

  /** Whether this address answers 200. */
  static boolean well(String address) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(address).toURL().openConnection();
      connection.setConnectTimeout(PATIENCE_MILLIS);
      connection.setReadTimeout(PATIENCE_MILLIS);
      try {
        return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
      } finally {
        connection.disconnect();
      }
    } catch (IOException | IllegalArgumentException | ClassCastException e) {
      return false;
    }
  }
}
