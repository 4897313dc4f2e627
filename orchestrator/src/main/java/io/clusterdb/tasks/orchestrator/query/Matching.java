package io.clusterdb.tasks.orchestrator.query;

import io.clusterdb.tasks.JobFilter;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.orchestrator.tracker.engine.Keys;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A filter against what the tracker keeps. Pure. */
record Matching(JobFilter filter) {
  /** Whether a run is asked for; a dead letter that is gone is not. */
  boolean fits(RunState run) {
    return run.counted()
        && (filter.queue() == null || filter.queue().equals(run.queue()))
        && (filter.states().isEmpty() || filter.states().contains(run.state()))
        && (filter.type() == null || filter.type().equals(run.type()))
        && run.createdAt() >= from()
        && run.createdAt() < to()
        && run.metadata().entrySet().containsAll(filter.metadata().entrySet());
  }

  long from() {
    return filter.from() == null ? 0 : Math.max(0, filter.from().toEpochMilli());
  }

  long to() {
    return filter.to() == null ? Long.MAX_VALUE : Math.max(0, filter.to().toEpochMilli());
  }

  /** The shortest indexes in which all that is asked for of a queue is; null is the one of all. */
  List<@Nullable JobState> indexes() {
    List<@Nullable JobState> indexes = new ArrayList<>();
    if (filter.states().isEmpty() || !Keys.INDEXED.containsAll(filter.states())) {
      indexes.add(null);
    } else {
      indexes.addAll(filter.states());
    }
    return indexes;
  }
}
