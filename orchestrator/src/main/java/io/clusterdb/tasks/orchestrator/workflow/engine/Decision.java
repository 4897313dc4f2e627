package io.clusterdb.tasks.orchestrator.workflow.engine;

import io.clusterdb.tasks.JobFailure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What follows a command.
 *
 * @param events what happened, in order
 * @param effects what is to be done
 * @param rows the rows that the events changed; an empty one is to be deleted
 * @param rejection why nothing was done; null if something was, or nothing had to be
 */
public record Decision(
    List<RunEvent> events,
    List<Effect> effects,
    Map<Row.Key, Optional<Row>> rows,
    @Nullable JobFailure rejection) {
  /** Copies the lists. */
  public Decision {
    events = List.copyOf(events);
    effects = List.copyOf(effects);
  }
}
