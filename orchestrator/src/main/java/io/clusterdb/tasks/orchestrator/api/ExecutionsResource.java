package io.clusterdb.tasks.orchestrator.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.PageRequest;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.WorkflowFilter;
import io.clusterdb.tasks.WorkflowManager;
import io.clusterdb.tasks.WorkflowResult;
import io.clusterdb.tasks.WorkflowRun;
import io.clusterdb.tasks.client.RunJson;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.http.Answer;
import io.clusterdb.tasks.http.Endpoint;
import io.clusterdb.tasks.http.HttpCall;
import io.clusterdb.tasks.http.HttpResource;
import io.clusterdb.tasks.http.ProblemException;
import io.clusterdb.tasks.orchestrator.query.Peers;
import io.clusterdb.tasks.orchestrator.query.RunQueries;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Runs of workflows: started, asked about, and steered. */
public final class ExecutionsResource implements HttpResource {
  /** A run may be on its way. */
  private static final Duration KNOWN = Duration.ofSeconds(2);

  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
  private static final String[] LIST = {"workflow", "state", "from", "to", "limit", "cursor"};
  private static final int LIMIT = 50;

  private final WorkflowManager workflows;
  private final RunQueries runs;

  /** Starts and steers by the one, and asks the other. */
  public ExecutionsResource(WorkflowManager workflows, RunQueries runs) {
    this.workflows = workflows;
    this.runs = runs;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post("/v1/workflows/{name}/executions", this::start),
        Endpoint.get("/v1/executions/{id}", this::find).query("wait", "known"),
        Endpoint.get("/v1/executions/{id}/logs", this::logs),
        Endpoint.get("/v1/executions", this::list).query(LIST),
        OwnStores.get("/internal/executions", this::listHere).query(LIST),
        Endpoint.post("/v1/executions/{id}/cancel", this::cancel),
        Endpoint.post("/v1/executions/{id}/signal", this::signal),
        Endpoint.post("/v1/executions/{id}/retry", this::retry));
  }

  private Answer start(HttpCall call) throws IOException {
    ObjectNode body = call.object();
    check(body, Set.of("id", "version", "input", "context"));
    Map<String, String> context = new HashMap<>();
    body.path("context")
        .properties()
        .forEach(each -> context.put(each.getKey(), each.getValue().asText()));
    try {
      WorkflowRun run =
          workflows.execute(
              WorkflowExecution.of(call.path("name"))
                  .version(text(body, "version"))
                  .id(text(body, "id"))
                  .input(body.get("input"))
                  .context(context));
      return Answer.json(202, Json.mapper().createObjectNode().put("id", run.id()))
          .header("Location", "/v1/executions/" + run.id());
    } catch (IllegalArgumentException e) {
      throw ProblemException.badRequest(String.valueOf(e.getMessage()));
    }
  }

  private Answer find(HttpCall call) throws InterruptedException {
    String id = call.path("id");
    Duration wait = call.duration("wait", Duration.ZERO, LONGEST_WAIT);
    Duration known = call.duration("known", KNOWN, KNOWN);
    boolean forwarded = call.header(Peers.FORWARDED).isPresent();
    JsonNode run = runs.find(id, known, forwarded);
    if (wait.isZero() || RunState.valueOf(run.path("state").asText()).terminal()) {
      return Answer.ok(run);
    }
    try {
      WorkflowResult unused = workflows.run(id).result(wait);
    } catch (TasksException e) {
      if (e.code() != ErrorCode.WAIT_TIMEOUT) {
        throw e;
      }
    }
    return Answer.ok(runs.find(id, known, forwarded));
  }

  private Answer logs(HttpCall call) {
    ArrayNode events = Json.mapper().createArrayNode();
    workflows.logs(id(call)).forEach(event -> events.add(RunJson.of(event)));
    return Answer.ok(Json.mapper().createObjectNode().set("events", events));
  }

  private Answer list(HttpCall call) throws InterruptedException {
    try {
      return Answer.ok(
          runs.list(
              filter(call), call.query("cursor").orElse(null), limit(call), JobCalls.query(call)));
    } catch (IllegalArgumentException e) {
      throw noCursor(call);
    }
  }

  private Answer listHere(HttpCall call) {
    try {
      return Answer.ok(runs.listHere(filter(call), call.query("cursor").orElse(null), limit(call)));
    } catch (IllegalArgumentException e) {
      throw noCursor(call);
    }
  }

  private static ProblemException noCursor(HttpCall call) {
    return ProblemException.badRequest(
        "expected the cursor of a list, found \"%s\". Leave it out to start anew."
            .formatted(call.query("cursor").orElse("")));
  }

  private static int limit(HttpCall call) {
    return call.number("limit", LIMIT, 1, PageRequest.MOST);
  }

  private static WorkflowFilter filter(HttpCall call) {
    Set<RunState> states = EnumSet.noneOf(RunState.class);
    for (String name : call.query("state").orElse("").split(",", -1)) {
      if (!name.isBlank()) {
        states.add(state(name.strip()));
      }
    }
    return WorkflowFilter.all()
        .workflow(call.query("workflow").orElse(null))
        .states(states)
        .from(call.time("from").orElse(null))
        .to(call.time("to").orElse(null));
  }

  private static RunState state(String name) {
    try {
      return RunState.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw ProblemException.badRequest(
          "expected states of %s, with commas between them, for the query parameter state, found \"%s\"."
              .formatted(EnumSet.allOf(RunState.class), name));
    }
  }

  private Answer cancel(HttpCall call) throws IOException {
    ObjectNode body = call.object();
    check(body, Set.of("compensate", "reason"));
    workflows.cancel(id(call), body.path("compensate").asBoolean(), text(body, "reason"));
    return Answer.none();
  }

  private Answer signal(HttpCall call) throws IOException {
    ObjectNode body = call.object();
    check(body, Set.of("signal", "payload"));
    String signal = text(body, "signal");
    if (signal == null) {
      throw ProblemException.badRequest("expected the name of a signal under signal, found none.");
    }
    workflows.signal(id(call), signal, body.get("payload"));
    return Answer.none();
  }

  private Answer retry(HttpCall call) throws IOException {
    ObjectNode body = call.object();
    check(body, Set.of("task"));
    workflows.retryFrom(id(call), text(body, "task"));
    return Answer.none();
  }

  private static String id(HttpCall call) {
    try {
      return io.clusterdb.tasks.workflow.ExecutionIds.check(call.path("id"));
    } catch (IllegalArgumentException e) {
      throw ProblemException.badRequest(String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable String text(ObjectNode body, String field) {
    JsonNode value = body.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw ProblemException.badRequest(
          "expected text under %s, found %s.".formatted(field, value));
    }
    return value.textValue();
  }

  private static void check(ObjectNode body, Set<String> known) {
    body.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw ProblemException.badRequest(
                    "expected a body with %s, found \"%s\"."
                        .formatted(String.join(", ", new TreeSet<>(known)), name));
              }
            });
  }
}
