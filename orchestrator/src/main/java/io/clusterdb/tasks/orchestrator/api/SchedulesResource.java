package io.clusterdb.tasks.orchestrator.api;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.ScheduleManager;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.ScheduleShape;
import io.clusterdb.tasks.http.Access;
import io.clusterdb.tasks.http.Answer;
import io.clusterdb.tasks.http.Endpoint;
import io.clusterdb.tasks.http.HttpCall;
import io.clusterdb.tasks.http.HttpResource;
import java.util.List;
import java.util.Map;

/** Shows schedules, and triggers, pauses, resumes and deletes them. */
public final class SchedulesResource implements HttpResource {
  private static final String NAME = "name";

  private final ScheduleManager schedules;

  /** Asks these. */
  public SchedulesResource(ScheduleManager schedules) {
    this.schedules = schedules;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/schedules", call -> list()),
        Endpoint.get("/v1/schedules/{name}", call -> Answer.ok(show(call.path(NAME)))),
        Endpoint.post("/v1/schedules/{name}/trigger", this::trigger),
        Endpoint.post("/v1/schedules/{name}/pause", call -> pause(call.path(NAME), true)),
        Endpoint.post("/v1/schedules/{name}/resume", call -> pause(call.path(NAME), false)),
        Endpoint.delete("/v1/schedules/{name}", this::delete).access(Access.ADMIN));
  }

  private Answer list() {
    return Answer.ok(
        Map.of("schedules", schedules.list().stream().map(ScheduleShape::of).toList()));
  }

  private ScheduleShape show(String name) {
    return schedules
        .get(name)
        .map(ScheduleShape::of)
        .orElseThrow(
            () ->
                new TasksException(
                    ErrorCode.SCHEDULE_NOT_FOUND,
                    "expected a schedule, found none named %s. GET /v1/schedules lists them."
                        .formatted(name)));
  }

  private Answer trigger(HttpCall call) {
    JobId job = schedules.trigger(call.path(NAME));
    return Answer.json(202, Map.of("job", job.value(), "run", job.run()));
  }

  private Answer pause(String name, boolean pause) {
    if (pause) {
      schedules.pause(name);
    } else {
      schedules.resume(name);
    }
    return Answer.ok(Map.of(NAME, name, "paused", pause));
  }

  private Answer delete(HttpCall call) {
    schedules.delete(call.path(NAME));
    return Answer.none();
  }
}
