package io.clusterdb.tasks.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.DirectHandler.TransportResponse;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;

/** Problem documents for what fails before there is a call: broken requests. */
final class TransportProblems {
  private TransportProblems() {}

  static DirectHandlers handlers() {
    DirectHandlers.Builder builder = DirectHandlers.builder();
    for (EventType type : EventType.values()) {
      builder.addHandler(
          type, (request, event, status, headers, message) -> answer(event, status, headers));
    }
    return builder.build();
  }

  /** What the server's parser trips over it calls an error of its own: it is the caller's. */
  private static TransportResponse answer(
      EventType event, Status told, ServerResponseHeaders headers) {
    Status status = event == EventType.INTERNAL_ERROR ? Status.BAD_REQUEST_400 : told;
    Problem problem =
        Problem.of(
            status.code(),
            status.reasonPhrase(),
            status.code() < 500
                ? "expected a well-formed request of HTTP/1.1, found one that cannot be read."
                : "the service failed; its log says why.");
    headers.set(HeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE);
    try {
      return TransportResponse.builder()
          .status(status)
          .headers(headers)
          .keepAlive(event.keepAlive())
          .entity(Json.MAPPER.writeValueAsBytes(problem.document()))
          .build();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
