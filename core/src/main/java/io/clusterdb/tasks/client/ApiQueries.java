package io.clusterdb.tasks.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.JobAttempt;
import io.clusterdb.tasks.JobFilter;
import io.clusterdb.tasks.JobPage;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.JobStatus;
import io.clusterdb.tasks.PageRequest;
import io.clusterdb.tasks.QueueStats;
import io.clusterdb.tasks.codec.Sealing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks the orchestrator's API for the state of jobs and queues. Thread-safe. */
public final class ApiQueries {
  private final ApiClient api;
  private final Sealing sealing;

  /** Asks by the one, and opens results by the other. */
  public ApiQueries(ApiClient api, Sealing sealing) {
    this.api = api;
    this.sealing = sealing;
  }

  private JobStatus parse(JsonNode job) {
    return JobJson.parse(job, sealing);
  }

  /** The state of a job; of its last run for null. */
  public JobStatus status(String id, @Nullable String run) {
    return parse(api.call(ApiRequest.get("v1", "jobs", id).query("run", run)));
  }

  /** The state of a job once it has ended, or after this time. */
  public JobStatus ended(String id, Duration wait) {
    return parse(
        api.call(
            ApiRequest.get("v1", "jobs", id)
                .query("until", "ended")
                .query("wait", wait.toMillis() + "ms")
                .waiting(wait)));
  }

  /** The attempts of a job that have ended; of its last run for null. */
  public List<JobAttempt> attempts(String id, @Nullable String run) {
    JsonNode answer = api.call(ApiRequest.get("v1", "jobs", id, "attempts").query("run", run));
    List<JobAttempt> attempts = new ArrayList<>();
    answer.path("attempts").forEach(each -> attempts.add(AttemptJson.parse(each)));
    return attempts;
  }

  /** A part of a list. */
  public JobPage list(JobFilter filter, PageRequest page) {
    ApiRequest request =
        ApiRequest.get("v1", "jobs")
            .query("queue", filter.queue())
            .query("state", states(filter))
            .query("type", filter.type())
            .query("from", filter.from())
            .query("to", filter.to())
            .query("limit", page.limit())
            .query("cursor", page.cursor());
    for (Map.Entry<String, String> each : filter.metadata().entrySet()) {
      request = request.query("meta." + each.getKey(), each.getValue());
    }
    JsonNode answer = api.call(request);
    List<JobStatus> jobs = new ArrayList<>();
    answer.path("jobs").forEach(job -> jobs.add(parse(job)));
    JsonNode cursor = answer.path("cursor");
    return new JobPage(jobs, cursor.isTextual() ? cursor.asText() : null);
  }

  private static @Nullable String states(JobFilter filter) {
    return filter.states().isEmpty()
        ? null
        : filter.states().stream().map(JobState::name).sorted().collect(Collectors.joining(","));
  }

  /** How a queue is getting on. */
  public QueueStats stats(String queue) {
    return StatsJson.parse(api.call(ApiRequest.get("v1", "queues", queue, "stats")));
  }
}
