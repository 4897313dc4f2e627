package io.clusterdb.tasks.orchestrator.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.QueueManager;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.QueueShape;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.http.Access;
import io.clusterdb.tasks.http.Answer;
import io.clusterdb.tasks.http.Endpoint;
import io.clusterdb.tasks.http.HttpCall;
import io.clusterdb.tasks.http.HttpResource;
import io.clusterdb.tasks.http.ProblemException;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Defines queues, and pauses, resumes and deletes them. */
public final class QueuesResource implements HttpResource {
  private static final String NAME = "name";

  private final QueueManager queues;

  /** Changes these. */
  public QueuesResource(QueueManager queues) {
    this.queues = queues;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post("/v1/queues", this::create).access(Access.ADMIN),
        Endpoint.get("/v1/queues/{queue}", call -> Answer.ok(shape(call.path("queue")))),
        Endpoint.put("/v1/queues/{queue}", this::update).access(Access.ADMIN),
        Endpoint.patch("/v1/queues/{queue}", this::patch).access(Access.ADMIN),
        Endpoint.delete("/v1/queues/{queue}", this::delete).query("confirm").access(Access.ADMIN),
        Endpoint.post("/v1/queues/{queue}/pause", call -> pause(call.path("queue"), true)),
        Endpoint.post("/v1/queues/{queue}/resume", call -> pause(call.path("queue"), false)));
  }

  private Answer create(HttpCall call) throws IOException {
    ObjectNode body = call.object();
    if (!body.path(NAME).isTextual()) {
      throw ProblemException.badRequest("expected the queue's name as text for name, found none.");
    }
    String name = body.remove(NAME).textValue();
    queues.createQueue(QueuePatch.definition(name, body));
    return Answer.json(201, shape(name));
  }

  private Answer update(HttpCall call) throws IOException {
    String name = call.path("queue");
    queues.updateQueue(QueuePatch.definition(name, call.object()));
    return Answer.ok(shape(name));
  }

  private Answer patch(HttpCall call) throws IOException {
    String name = call.path("queue");
    queues.updateQueue(name, QueuePatch.read(name, call.object())::of);
    return Answer.ok(shape(name));
  }

  private Answer delete(HttpCall call) {
    String name = call.path("queue");
    if (!call.query("confirm").orElse("").equals(name)) {
      throw ProblemException.badRequest(
          "deleting a queue deletes its topics with every job in them: repeat its name as the query"
              + " parameter confirm.");
    }
    queues.deleteQueue(name);
    return Answer.none();
  }

  private Answer pause(String name, boolean pause) {
    if (pause) {
      queues.pause(name);
    } else {
      queues.resume(name);
    }
    return Answer.ok(Map.of("queue", name, "paused", pause));
  }

  private ObjectNode shape(String name) {
    Queue queue =
        queues
            .getQueue(name)
            .orElseThrow(
                () ->
                    new TasksException(
                        ErrorCode.QUEUE_NOT_FOUND,
                        "expected a queue, found none named %s. GET /v1/queues lists them."
                            .formatted(name)));
    return Json.mapper().valueToTree(QueueShape.of(queue));
  }
}
