package io.clusterdb.tasks.orchestrator.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.JobAttempt;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.client.AttemptJson;
import io.clusterdb.tasks.codec.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out how the attempts of a job ended, from its events and its record. Thread-safe. */
public final class AttemptQueries {
  private static final Logger log = LoggerFactory.getLogger(AttemptQueries.class);
  private static final Duration WITHIN = Duration.ofSeconds(3);

  private final JobQueries jobs;
  private final RecordQueries records;
  private final RunEvents events;
  private final LongSupplier ticker;

  /** Asks these, and measures by this monotonic ticker. */
  public AttemptQueries(
      JobQueries jobs, RecordQueries records, RunEvents events, LongSupplier ticker) {
    this.jobs = jobs;
    this.records = records;
    this.events = events;
    this.ticker = ticker;
  }

  /**
   * The attempts of a run that have ended, as far as is known of them: {@code {id, run, complete,
   * attempts}}, the oldest first.
   *
   * @param wait how long to wait for a job that is on its way
   * @throws io.clusterdb.tasks.TasksException JOB_NOT_FOUND
   */
  public JsonNode find(JobQueries.Question question, Duration wait) throws InterruptedException {
    JsonNode job = jobs.find(question, wait, false);
    JobState state = JobState.valueOf(job.path("state").asText());
    int last = job.path("attempt").asInt() - (state.terminal() ? 0 : 1);
    EndedAttempts attempts =
        new EndedAttempts(
            job.path("run").asText(), last, records.failures(job), time(job.path("finishedAt")));
    try {
      look(question.id(), attempts, time(job.path("createdAt")));
    } catch (KafkaException e) {
      log.warn(
          "The events of a job could not be read, and its attempts are shown by its record: {}",
          e.getMessage());
    }
    return json(job, attempts, state.terminal() ? last : Integer.MAX_VALUE, state);
  }

  /** First where something is known to have happened, then from the start. */
  private void look(String job, EndedAttempts attempts, @Nullable Instant createdAt) {
    long deadline = ticker.getAsLong() + WITHIN.toNanos();
    for (Instant at : attempts.times()) {
      if (!attempts.has(at)) {
        events.look(job, at, deadline, attempts::add, () -> attempts.has(at));
      }
    }
    if (!attempts.complete() && createdAt != null) {
      events.look(job, createdAt, deadline, attempts::add, attempts::complete);
    }
  }

  private static JsonNode json(JsonNode job, EndedAttempts attempts, int last, JobState state) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.set("id", job.path("id"));
    node.set("run", job.path("run"));
    node.put("complete", attempts.complete());
    List<JobAttempt> known =
        Stream.concat(
                attempts.found().stream().map(AttemptJson::of),
                attempts.gone().stream()
                    .map(
                        each ->
                            AttemptJson.of(
                                each, each.attempt() == last ? state : JobState.RETRYING)))
            .sorted(Comparator.comparingInt(JobAttempt::number))
            .toList();
    ArrayNode array = node.putArray("attempts");
    known.forEach(each -> array.add(AttemptJson.of(each)));
    return node;
  }

  private static @Nullable Instant time(JsonNode value) {
    return value.isTextual() ? Instant.parse(value.asText()) : null;
  }
}
