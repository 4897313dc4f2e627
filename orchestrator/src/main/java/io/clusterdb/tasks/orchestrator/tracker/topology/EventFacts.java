package io.clusterdb.tasks.orchestrator.tracker.topology;

import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.orchestrator.tracker.engine.Execution;
import io.clusterdb.tasks.orchestrator.tracker.engine.Fact;
import io.clusterdb.tasks.orchestrator.tracker.engine.Limits;
import io.clusterdb.tasks.orchestrator.tracker.engine.Place;
import io.clusterdb.tasks.orchestrator.tracker.engine.Place.Source;
import io.clusterdb.tasks.orchestrator.tracker.engine.Stage;
import io.clusterdb.tasks.orchestrator.tracker.engine.Standing;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads what an event says of its job. Stateless. */
final class EventFacts {
  private EventFacts() {}

  static Fact of(JobEvent event, int partition, long offset) {
    Stage stage =
        switch (event.getState()) {
          case SCHEDULED -> Stage.WAITING;
          case QUEUED -> Stage.QUEUED;
          case RUNNING -> Stage.RUNNING;
          case RETRYING -> Stage.RETRYING;
          case SUCCEEDED -> Stage.SUCCEEDED;
          case DEAD -> Stage.DEAD;
          case CANCELLED -> Stage.CANCELLED;
        };
    boolean ran = stage.compareTo(Stage.RUNNING) >= 0;
    return new Fact(
        Limits.name(event.getJobId()),
        Limits.name(event.getRun()),
        new Standing(
            stage,
            Math.max(1, event.getAttempt()),
            millis(event.getAt()),
            new Place(Source.EVENTS, partition, offset)),
        Limits.name(event.getQueue()),
        Limits.name(event.getType()),
        lane(event.getPriority()),
        millis(event.getCreatedAt()),
        event.getMaxAttempts() == null ? 0 : Math.max(0, event.getMaxAttempts()),
        millis(event.getNextAttemptAt()),
        ran ? execution(event) : null,
        Limits.metadata(event.getMetadata()),
        event.getBatchId() == null ? null : Limits.name(event.getBatchId()),
        false);
  }

  private static Execution execution(JobEvent event) {
    String result = event.getResult();
    boolean leftOut = result != null && result.length() > Limits.RESULT;
    return new Execution(
        millis(event.getStartedAt()),
        event.getDurationMs() == null ? -1 : event.getDurationMs(),
        event.getWorker() == null ? null : Limits.name(event.getWorker()),
        event.getError() == null ? null : Limits.name(event.getError().getType()),
        event.getError() == null ? null : Limits.message(event.getError().getMessage()),
        leftOut ? null : result,
        leftOut,
        event.getProgress() == null ? -1 : event.getProgress(),
        Limits.message(event.getNote()));
  }

  private static long millis(@Nullable Instant at) {
    return at == null ? 0 : Math.max(0, at.toEpochMilli());
  }

  private static Priority lane(@Nullable String text) {
    if (text == null) {
      return Priority.NORMAL;
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "high" -> Priority.HIGH;
      case "low" -> Priority.LOW;
      default -> Priority.NORMAL;
    };
  }
}
