package io.clusterdb.tasks.http;

import java.util.List;

/** A part of the API: what it serves. One class a subject, such as queues or jobs. */
@FunctionalInterface
public interface HttpResource {
  /** Its endpoints; read once, when the server starts. */
  List<Endpoint> endpoints();
}
