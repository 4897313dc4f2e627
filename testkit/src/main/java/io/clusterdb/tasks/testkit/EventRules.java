package io.clusterdb.tasks.testkit;

import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the events of a run must be like: each attempt has at most one outcome, the run has at most
 * one terminal event, and no outcome follows that.
 */
final class EventRules {
  private EventRules() {}

  /**
   * Every breach, as text.
   *
   * @param run what to call the run
   * @param events its events, in the order of the log
   */
  static List<String> breaches(String run, List<JobEvent> events) {
    List<String> breaches = new ArrayList<>();
    Set<Integer> decided = new HashSet<>();
    JobEvent end = null;
    for (JobEvent event : events) {
      if (!outcome(event)) {
        continue;
      }
      if (!decided.add(event.getAttempt())) {
        breaches.add("%s has two outcomes of attempt %d".formatted(run, event.getAttempt()));
      }
      if (end != null) {
        breaches.add(
            "%s ended %s with attempt %d and was %s with attempt %d after that"
                .formatted(
                    run, end.getState(), end.getAttempt(), event.getState(), event.getAttempt()));
      }
      if (state(event).terminal()) {
        end = event;
      }
    }
    return breaches;
  }

  static JobState state(JobEvent event) {
    return JobState.valueOf(event.getState().name());
  }

  private static boolean outcome(JobEvent event) {
    return state(event).terminal() || state(event) == JobState.RETRYING;
  }
}
