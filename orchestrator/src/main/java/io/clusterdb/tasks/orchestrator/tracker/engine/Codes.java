package io.clusterdb.tasks.orchestrator.tracker.engine;

import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.orchestrator.tracker.engine.Place.Source;

/** Numbers for names in stores: a number never changes its meaning, new names get new numbers. */
final class Codes {
  private static final Stage[] STAGES = {
    Stage.POSTPONED,
    Stage.WAITING,
    Stage.QUEUED,
    Stage.RUNNING,
    Stage.RETRYING,
    Stage.CANCELLED,
    Stage.SUCCEEDED,
    Stage.DEAD
  };
  private static final Source[] SOURCES = {
    Source.HIGH, Source.NORMAL, Source.LOW, Source.DELAYED, Source.DEAD_LETTERS, Source.EVENTS
  };
  private static final Priority[] LANES = {Priority.HIGH, Priority.NORMAL, Priority.LOW};
  private static final JobState[] STATES = {
    JobState.SCHEDULED,
    JobState.QUEUED,
    JobState.RUNNING,
    JobState.RETRYING,
    JobState.SUCCEEDED,
    JobState.DEAD,
    JobState.CANCELLED
  };

  /** How many states have a number. */
  static final int STATE_COUNT = STATES.length;

  /** How many lanes have a number. */
  static final int LANE_COUNT = LANES.length;

  private Codes() {}

  static int of(Stage stage) {
    return code(STAGES, stage);
  }

  static int of(Source source) {
    return code(SOURCES, source);
  }

  static int of(Priority lane) {
    return code(LANES, lane);
  }

  static int of(JobState state) {
    return code(STATES, state);
  }

  static Stage stage(int code) {
    return STAGES[code];
  }

  static Source source(int code) {
    return SOURCES[code];
  }

  static Priority lane(int code) {
    return LANES[code];
  }

  private static <E extends Enum<E>> int code(E[] codes, E name) {
    for (int code = 0; code < codes.length; code++) {
      if (codes[code] == name) {
        return code;
      }
    }
    throw new IllegalStateException("expected a number for " + name + ", found none");
  }
}
