package io.clusterdb.tasks.orchestrator.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.http.Answer;
import io.clusterdb.tasks.http.Endpoint;
import io.clusterdb.tasks.http.HttpCall;
import io.clusterdb.tasks.http.HttpResource;
import io.clusterdb.tasks.orchestrator.query.QueueHistory;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** How queues got on over the last hour. What many ask for at a time is answered once. */
public final class HistoryResource implements HttpResource {
  private static final int STEPS_PER_MINUTE = 6;
  private static final int MOST_MINUTES = 60;

  /** Half a step: a chart shows no more by asking earlier. */
  private static final Duration FRESH = Duration.ofSeconds(5);

  private static final int MOST_ANSWERS = 20;

  private final QueueHistory history;
  private final LongSupplier ticker;
  private final Map<Asked, Told> answers = new ConcurrentHashMap<>();

  private record Asked(Optional<String> queue, int steps) {}

  @SuppressWarnings("ArrayRecordComponent") // written as it is
  private record Told(byte[] json, long at) {}

  /**
   * Asks this.
   *
   * @param ticker a monotonic clock in nanoseconds
   */
  public HistoryResource(QueueHistory history, LongSupplier ticker) {
    this.history = history;
    this.ticker = ticker;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/history", this::all).query("queue", "minutes"),
        OwnStores.get(
                "/internal/history",
                call -> Answer.ok(history.here(call.query("queue").orElse(null), steps(call))))
            .query("queue", "minutes"));
  }

  private Answer all(HttpCall call) throws IOException, InterruptedException {
    Asked asked = new Asked(call.query("queue"), steps(call));
    long now = ticker.getAsLong();
    Told told = answers.get(asked);
    if (told == null || now - told.at() > FRESH.toNanos()) {
      JsonNode all = history.all(asked.queue().orElse(null), asked.steps(), JobCalls.query(call));
      told = new Told(Json.mapper().writeValueAsBytes(all), now);
      if (answers.size() >= MOST_ANSWERS) {
        answers.clear(); // names come from whoever asks
      }
      answers.put(asked, told);
    }
    return Answer.bytes(200, "application/json", told.json());
  }

  private static int steps(HttpCall call) {
    return STEPS_PER_MINUTE * call.number("minutes", MOST_MINUTES, 1, MOST_MINUTES);
  }
}
