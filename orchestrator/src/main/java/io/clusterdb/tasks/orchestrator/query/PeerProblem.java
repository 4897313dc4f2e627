package io.clusterdb.tasks.orchestrator.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.orchestrator.query.Peers.Said;

/** Reads the problem that another instance has with a question, to be told to its caller. */
final class PeerProblem {
  private PeerProblem() {}

  static TasksException of(Said said) {
    JsonNode body = said.body();
    String name = body.path("code").asText("");
    ErrorCode code = ErrorCode.INTERNAL;
    for (ErrorCode each : ErrorCode.values()) {
      if (each.name().equals(name)) {
        code = each;
      }
    }
    return new TasksException(
        code,
        body.path("detail")
            .asText("another instance answered with status " + said.status() + " and no reason."));
  }
}
