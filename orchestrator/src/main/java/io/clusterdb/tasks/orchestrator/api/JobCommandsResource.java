package io.clusterdb.tasks.orchestrator.api;

import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.TaskManager;
import io.clusterdb.tasks.client.JobCommands;
import io.clusterdb.tasks.client.JobCommands.Target;
import io.clusterdb.tasks.http.Answer;
import io.clusterdb.tasks.http.Endpoint;
import io.clusterdb.tasks.http.Fields;
import io.clusterdb.tasks.http.HttpCall;
import io.clusterdb.tasks.http.HttpResource;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Asks things of jobs. A command is accepted here when the broker has it for good; that it is done
 * says the job's state, or its event, which names the command.
 */
public final class JobCommandsResource implements HttpResource {
  private static final String RUN = "run";

  private final JobCommands commands;
  private final TaskManager tasks;

  /** Sends commands here, and gives jobs new runs there. */
  public JobCommandsResource(JobCommands commands, TaskManager tasks) {
    this.commands = commands;
    this.tasks = tasks;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post("/v1/jobs/{id}/cancel", this::cancel),
        Endpoint.post("/v1/jobs/{id}/reschedule", this::reschedule),
        Endpoint.post("/v1/jobs/{id}/retry", this::retry));
  }

  private Answer cancel(HttpCall call) throws IOException {
    Fields fields = Fields.of("", call.object(), List.of(RUN, "reason"));
    Target target = new Target(call.path("id"), fields.text(RUN), null);
    return accepted(commands.cancel(target, fields.text("reason")));
  }

  private Answer reschedule(HttpCall call) throws IOException {
    Fields fields = Fields.of("", call.object(), List.of(RUN, "at"));
    Instant at = fields.time("at");
    if (at == null) {
      throw fields.bad("at", "a time such as 2026-12-01T00:00:00Z");
    }
    return accepted(commands.reschedule(new Target(call.path("id"), fields.text(RUN), null), at));
  }

  private Answer retry(HttpCall call) {
    JobId job = tasks.retry(call.path("id"));
    return Answer.json(201, Map.of("id", job.value(), "run", job.run()));
  }

  private static Answer accepted(String command) {
    return Answer.json(202, Map.of("command", command, "status", "accepted"));
  }
}
