package io.clusterdb.tasks.orchestrator.api;

import io.clusterdb.tasks.http.Answer;
import io.clusterdb.tasks.http.Endpoint;
import io.clusterdb.tasks.http.HttpCall;
import io.clusterdb.tasks.http.HttpResource;
import io.clusterdb.tasks.orchestrator.query.QueueHistory;
import java.util.List;

/** How queues got on over the last hour. */
public final class HistoryResource implements HttpResource {
  private static final int STEPS_PER_MINUTE = 6;
  private static final int MOST_MINUTES = 60;

  private final QueueHistory history;

  /** Asks this. */
  public HistoryResource(QueueHistory history) {
    this.history = history;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get(
                "/v1/history",
                call ->
                    Answer.ok(
                        history.all(
                            call.query("queue").orElse(null), steps(call), JobCalls.query(call))))
            .query("queue", "minutes"),
        Endpoint.get(
                "/internal/history",
                call -> Answer.ok(history.here(call.query("queue").orElse(null), steps(call))))
            .query("queue", "minutes"));
  }

  private static int steps(HttpCall call) {
    return STEPS_PER_MINUTE * call.number("minutes", MOST_MINUTES, 1, MOST_MINUTES);
  }
}
