package io.clusterdb.tasks.orchestrator.api;

import io.clusterdb.tasks.http.Answer;
import io.clusterdb.tasks.http.Endpoint;
import io.clusterdb.tasks.http.HttpCall;
import io.clusterdb.tasks.http.HttpResource;
import io.clusterdb.tasks.http.ProblemException;
import io.clusterdb.tasks.orchestrator.query.AttemptQueries;
import io.clusterdb.tasks.orchestrator.query.JobQueries;
import io.clusterdb.tasks.orchestrator.query.JobQueries.Question;
import io.clusterdb.tasks.orchestrator.query.Peers;
import io.clusterdb.tasks.orchestrator.query.RecordQueries;
import java.time.Duration;
import java.util.List;

/** States of jobs, one and many. */
public final class JobsResource implements HttpResource {
  /** A job may be on its way. */
  private static final Duration WAIT = Duration.ofSeconds(2);

  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private final JobQueries jobs;
  private final RecordQueries records;
  private final AttemptQueries attempts;

  /** Asks these. */
  public JobsResource(JobQueries jobs, RecordQueries records, AttemptQueries attempts) {
    this.jobs = jobs;
    this.records = records;
    this.attempts = attempts;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/jobs/{id}", this::find).query("wait", "run", "until"),
        Endpoint.get("/v1/jobs/{id}/record", this::record).query("run", "wait"),
        Endpoint.get("/v1/jobs/{id}/attempts", this::attempts).query("run", "wait"),
        Endpoint.get("/v1/jobs", this::list).query(JobCalls.LIST),
        OwnStores.get("/internal/jobs", this::listHere).query(JobCalls.LIST));
  }

  private Answer find(HttpCall call) throws InterruptedException {
    boolean ended =
        switch (call.query("until").orElse("known")) {
          case "known" -> false;
          case "ended" -> true;
          default ->
              throw ProblemException.badRequest(
                  "expected known or ended for the query parameter until, found \"%s\"."
                      .formatted(call.query("until").orElse("")));
        };
    Question question = new Question(call.path("id"), call.query("run").orElse(null), ended);
    return Answer.ok(
        jobs.find(
            question,
            call.duration("wait", WAIT, LONGEST_WAIT),
            call.header(Peers.FORWARDED).isPresent()));
  }

  private Answer record(HttpCall call) throws InterruptedException {
    Question question = new Question(call.path("id"), call.query("run").orElse(null), false);
    return Answer.ok(records.find(question, call.duration("wait", WAIT, LONGEST_WAIT)));
  }

  private Answer attempts(HttpCall call) throws InterruptedException {
    Question question = new Question(call.path("id"), call.query("run").orElse(null), false);
    return Answer.ok(attempts.find(question, call.duration("wait", WAIT, LONGEST_WAIT)));
  }

  private Answer list(HttpCall call) throws InterruptedException {
    try {
      return Answer.ok(
          jobs.list(
              JobCalls.filter(call),
              call.query("cursor").orElse(null),
              JobCalls.limit(call),
              JobCalls.query(call)));
    } catch (IllegalArgumentException e) {
      throw noCursor(call);
    }
  }

  private Answer listHere(HttpCall call) {
    try {
      return Answer.ok(
          jobs.listHere(
              JobCalls.filter(call), call.query("cursor").orElse(null), JobCalls.limit(call)));
    } catch (IllegalArgumentException e) {
      throw noCursor(call);
    }
  }

  private static ProblemException noCursor(HttpCall call) {
    return ProblemException.badRequest(
        "expected the cursor of a list, found \"%s\". Leave it out to start anew."
            .formatted(call.query("cursor").orElse("")));
  }
}
