package io.clusterdb.tasks.catalog;

import org.jspecify.annotations.Nullable;

/**
 * Where the platform's services are, so that a tool that knows the brokers finds the rest.
 *
 * @param api address of the HTTP API, such as {@code http://127.0.0.1:8080}; null if there is none
 * @param registry address of the schema registry; null if there is none
 */
public record Endpoints(@Nullable String api, @Nullable String registry) {
  /** Nothing is known. */
  public static final Endpoints NONE = new Endpoints(null, null);
}
