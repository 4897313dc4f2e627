package io.clusterdb.tasks.orchestrator.api;

import io.clusterdb.tasks.http.Answer;
import io.clusterdb.tasks.http.Endpoint;
import io.clusterdb.tasks.http.HttpCall;
import io.clusterdb.tasks.http.HttpResource;
import io.clusterdb.tasks.orchestrator.live.LiveFeed;
import io.clusterdb.tasks.orchestrator.live.Watch;
import java.util.List;

/** What happens, as it happens: server-sent events. */
public final class LiveResource implements HttpResource {
  private final LiveFeed feed;

  /** Shows this. */
  public LiveResource(LiveFeed feed) {
    this.feed = feed;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(Endpoint.get("/v1/live", this::watch).query("queue", "events"));
  }

  private Answer watch(HttpCall call) {
    Watch watch = new Watch(call.query("queue").orElse(null), call.flag("events"));
    if (call.method().equals("HEAD")) {
      return Answer.bytes(200, "text/event-stream", new byte[0]);
    }
    feed.requirePlace();
    return Answer.stream(
            "text/event-stream",
            out -> {
              try (LiveFeed.Seat seat = feed.enter(watch)) {
                seat.write(out);
              }
            })
        .header("X-Accel-Buffering", "no");
  }
}
