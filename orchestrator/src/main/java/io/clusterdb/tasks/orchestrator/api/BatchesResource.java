package io.clusterdb.tasks.orchestrator.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.QueueManager;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.http.Answer;
import io.clusterdb.tasks.http.Endpoint;
import io.clusterdb.tasks.http.HttpCall;
import io.clusterdb.tasks.http.HttpResource;
import io.clusterdb.tasks.http.ProblemException;
import io.clusterdb.tasks.orchestrator.query.BatchQueries;
import io.clusterdb.tasks.orchestrator.query.Peers;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batches: how their jobs are getting on, and how many there are. */
public final class BatchesResource implements HttpResource {
  /** Its first job may be on its way. */
  private static final Duration WAIT = Duration.ofSeconds(2);

  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
  private static final List<String> FIELDS = List.of("jobs", "then");

  private final BatchQueries batches;
  private final QueueManager queues;

  /** Asks and commands these. */
  public BatchesResource(BatchQueries batches, QueueManager queues) {
    this.batches = batches;
    this.queues = queues;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/batches/{batch}", this::find).query("wait", "until"),
        Endpoint.post("/v1/batches/{batch}/close", this::close));
  }

  private Answer find(HttpCall call) throws InterruptedException {
    String until = call.query("until").orElse("known");
    if (!until.equals("known") && !until.equals("complete")) {
      throw ProblemException.badRequest(
          "expected known or complete for the query parameter until, found \"%s\"."
              .formatted(until));
    }
    return Answer.ok(
        batches.find(
            call.path("batch"),
            until.equals("complete"),
            call.duration("wait", WAIT, LONGEST_WAIT),
            call.header(Peers.FORWARDED).isPresent()));
  }

  private Answer close(HttpCall call) throws IOException {
    String batch = call.path("batch");
    ObjectNode body = call.object();
    for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!FIELDS.contains(name)) {
        throw ProblemException.badRequest(
            "expected jobs and then in the body, found \"%s\".".formatted(name));
      }
    }
    JsonNode jobs = body.path("jobs");
    if (!jobs.canConvertToExactIntegral() || !jobs.canConvertToLong() || jobs.asLong() < 0) {
      throw ProblemException.badRequest(
          "expected the number of jobs of the batch for jobs, found %s."
              .formatted(jobs.isMissingNode() ? "none" : jobs.toString()));
    }
    queues.closeBatch(batch, jobs.asLong(), then(body.path("then")));
    return Answer.json(
        202, Json.mapper().createObjectNode().put("id", batch).put("total", jobs.asLong()));
  }

  private static @Nullable Job then(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return null;
    }
    if (!(node instanceof ObjectNode job) || !job.path("queue").isTextual()) {
      throw ProblemException.badRequest(
          "expected a job with its queue for then, found %s."
              .formatted(node.isObject() ? "no queue" : "another value"));
    }
    ObjectNode fields = job.deepCopy();
    String queue = fields.remove("queue").asText();
    return JobBody.read("then", fields, queue);
  }
}
