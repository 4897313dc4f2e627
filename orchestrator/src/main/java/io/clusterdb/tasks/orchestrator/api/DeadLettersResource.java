package io.clusterdb.tasks.orchestrator.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.DeadJob;
import io.clusterdb.tasks.DeadLetterFilter;
import io.clusterdb.tasks.DeadLetters;
import io.clusterdb.tasks.DeadLetters.Replayed;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.QueueManager;
import io.clusterdb.tasks.Replay;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.DeadJobJson;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.http.Access;
import io.clusterdb.tasks.http.Answer;
import io.clusterdb.tasks.http.Endpoint;
import io.clusterdb.tasks.http.Fields;
import io.clusterdb.tasks.http.HttpCall;
import io.clusterdb.tasks.http.HttpResource;
import io.clusterdb.tasks.http.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Shows dead letters, gives them another run, and removes them; each call up to a limit. */
public final class DeadLettersResource implements HttpResource {
  private static final int LIMIT = 100;
  private static final int MOST = 10_000;
  private static final List<String> SELECTION =
      List.of("all", "ids", "types", "errors", "since", "limit");
  private static final List<String> REPLAY =
      List.of("all", "ids", "types", "errors", "since", "limit", "to", "rate", "dryRun");

  private final QueueManager queues;

  /** Works on the dead letters of these. */
  public DeadLettersResource(QueueManager queues) {
    this.queues = queues;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/queues/{queue}/dlq", this::list).query("type", "error", "since", "limit"),
        Endpoint.get("/v1/queues/{queue}/dlq-groups", this::groups),
        Endpoint.get("/v1/queues/{queue}/dlq/{id}", this::show),
        Endpoint.post("/v1/queues/{queue}/dlq/replay", this::replay),
        Endpoint.post("/v1/queues/{queue}/dlq/purge", this::purge).access(Access.ADMIN));
  }

  private DeadLetters letters(HttpCall call) {
    return queues.deadLetters(call.path("queue"));
  }

  private Answer list(HttpCall call) {
    DeadLetterFilter filter =
        DeadLetterFilter.ALL
            .types(call.query("type").map(Set::of).orElse(Set.of()))
            .errors(call.query("error").map(Set::of).orElse(Set.of()))
            .since(call.time("since").orElse(null));
    int limit = call.number("limit", LIMIT, 1, MOST);
    List<DeadJob> found = letters(call).list(filter, limit + 1);
    List<ObjectNode> shown = found.stream().limit(limit).map(DeadJobJson::summary).toList();
    return Answer.ok(Map.of("jobs", shown, "more", found.size() > limit));
  }

  private Answer groups(HttpCall call) {
    DeadLetterGroups groups = new DeadLetterGroups();
    letters(call).forEach(groups::add);
    return Answer.ok(groups.json());
  }

  private Answer show(HttpCall call) {
    List<DeadJob> runs = letters(call).find(call.path("id"));
    if (runs.isEmpty()) {
      throw new TasksException(
          ErrorCode.JOB_NOT_FOUND,
          "expected a dead letter of job %s, found none. GET /v1/queues/%s/dlq lists them."
              .formatted(call.path("id"), call.path("queue")));
    }
    return Answer.ok(Map.of("runs", runs.stream().map(DeadJobJson::of).toList()));
  }

  private Answer replay(HttpCall call) throws IOException {
    Fields fields = Fields.of("", call.object(), REPLAY);
    Bounded which = new Bounded(selection(fields), limit(fields));
    Double rate = fields.positive("rate");
    Replay replay =
        Replay.of(which)
            .to(fields.text("to"))
            .perSecond(rate == null ? 0 : rate)
            .dryRun(fields.flag("dryRun", false));
    ArrayNode jobs = Json.mapper().createArrayNode();
    AtomicInteger refused = new AtomicInteger();
    letters(call)
        .replay(
            replay,
            outcome -> {
              jobs.add(shape(outcome));
              if (outcome instanceof Replayed.Refused) {
                refused.incrementAndGet();
              }
            });
    ObjectNode answer = Json.mapper().createObjectNode();
    answer.put("replayed", jobs.size() - refused.get());
    answer.put("refused", refused.get());
    answer.put("dryRun", replay.dryRun());
    answer.put("more", which.more());
    answer.set("jobs", jobs);
    return Answer.ok(answer);
  }

  private Answer purge(HttpCall call) throws IOException {
    Fields fields = Fields.of("", call.object(), SELECTION);
    Bounded which = new Bounded(selection(fields), limit(fields));
    long purged = letters(call).purge(which, job -> {});
    return Answer.ok(Map.of("purged", purged, "more", which.more()));
  }

  private static int limit(Fields fields) {
    Integer limit = fields.number("limit", 1, MOST);
    return limit == null ? MOST : limit;
  }

  /** Everything is asked for by its name only. */
  private static DeadLetterFilter selection(Fields fields) {
    DeadLetterFilter filter =
        DeadLetterFilter.ALL
            .ids(texts(fields, "ids"))
            .types(texts(fields, "types"))
            .errors(texts(fields, "errors"))
            .since(fields.time("since"));
    if (filter.equals(DeadLetterFilter.ALL) != fields.flag("all", false)) {
      throw ProblemException.badRequest(
          "expected either all: true or some of ids, types, errors and since, found %s."
              .formatted(filter.equals(DeadLetterFilter.ALL) ? "neither" : "both"));
    }
    return filter;
  }

  private static List<String> texts(Fields fields, String name) {
    List<String> found = new ArrayList<>();
    for (JsonNode each : fields.any(name).orElse(Json.mapper().createArrayNode())) {
      if (!each.isTextual()) {
        throw fields.bad(name, "a list of texts");
      }
      found.add(each.textValue());
    }
    return found;
  }

  private static ObjectNode shape(Replayed outcome) {
    ObjectNode node = Json.mapper().createObjectNode().put("id", outcome.job().id());
    switch (outcome) {
      case Replayed.Done done -> node.put("run", done.run()).put("queue", done.queue());
      case Replayed.Refused no ->
          node.putObject("error")
              .put("type", no.reason().code().name())
              .put("message", no.reason().getMessage());
    }
    return node;
  }

  /** Lets a number through and remembers that there were more. Of the replaying thread. */
  private static final class Bounded implements Predicate<DeadJob> {
    private final Predicate<DeadJob> which;
    private final int limit;
    private int taken;
    private boolean more;

    Bounded(Predicate<DeadJob> which, int limit) {
      this.which = which;
      this.limit = limit;
    }

    @Override
    public boolean test(DeadJob job) {
      if (!which.test(job)) {
        return false;
      }
      if (taken == limit) {
        more = true;
        return false;
      }
      taken++;
      return true;
    }

    boolean more() {
      return more;
    }
  }
}
