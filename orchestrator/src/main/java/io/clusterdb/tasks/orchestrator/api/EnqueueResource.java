package io.clusterdb.tasks.orchestrator.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.EnqueueResult;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.QueueManager;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.http.Answer;
import io.clusterdb.tasks.http.Endpoint;
import io.clusterdb.tasks.http.HttpCall;
import io.clusterdb.tasks.http.HttpResource;
import io.clusterdb.tasks.http.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Puts jobs into queues: one by one, or many at once with a result for each. */
public final class EnqueueResource implements HttpResource {
  private static final int MOST_JOBS = 10_000;

  private final QueueManager queues;

  /** Enqueues here. */
  public EnqueueResource(QueueManager queues) {
    this.queues = queues;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(Endpoint.post("/v1/queues/{queue}/jobs", this::enqueue));
  }

  private Answer enqueue(HttpCall call) throws IOException {
    String queue = call.path("queue");
    JsonNode body = call.json();
    return body instanceof ArrayNode list ? many(queue, list) : one(queue, body);
  }

  private Answer one(String queue, JsonNode body) {
    Job job = JobBody.read("", body, queue);
    return Answer.json(201, accepted(job, queues.enqueue(job)));
  }

  /** All are read before the first is sent, so that a bad one leaves nothing behind. */
  private Answer many(String queue, ArrayNode list) {
    if (list.isEmpty() || list.size() > MOST_JOBS) {
      throw ProblemException.badRequest(
          "expected 1 to %d jobs, found %d.".formatted(MOST_JOBS, list.size()));
    }
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      jobs.add(JobBody.read("[" + i + "]", list.get(i), queue));
    }
    ArrayNode results = Json.mapper().createArrayNode();
    int refused = 0;
    for (EnqueueResult result : queues.enqueue(jobs)) {
      switch (result) {
        case EnqueueResult.Accepted each -> results.add(accepted(each.job(), each.id()));
        case EnqueueResult.Refused each -> {
          requireAnswer(each.error());
          refused++;
          results.add(refused(each));
        }
      }
    }
    ObjectNode answer = Json.mapper().createObjectNode();
    answer.put("enqueued", results.size() - refused);
    answer.put("refused", refused);
    answer.set("jobs", results);
    return Answer.json(refused == 0 ? 201 : 207, answer);
  }

  /** What concerns every job of the call is an answer to the call. */
  private static void requireAnswer(TasksException error) {
    if (error.code() == ErrorCode.QUEUE_NOT_FOUND || error.code() == ErrorCode.UNREACHABLE) {
      throw error;
    }
  }

  private static ObjectNode accepted(Job job, JobId id) {
    return Json.mapper()
        .createObjectNode()
        .put("id", id.value())
        .put("run", id.run())
        .put("queue", job.queue())
        .put("type", job.type());
  }

  private static ObjectNode refused(EnqueueResult.Refused refused) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("id", refused.job().id());
    node.putObject("error")
        .put("type", refused.error().code().name())
        .put("message", refused.error().getMessage());
    return node;
  }
}
