package io.clusterdb.tasks.orchestrator.query;

import io.clusterdb.tasks.DeadJob.FailedAttempt;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is found out of the attempts of a run that have ended. Not thread-safe.
 *
 * <p>An attempt's event says the most of it, but the log keeps it for some days only; the headers
 * of the run's record say when an attempt failed, and why.
 */
final class EndedAttempts {
  private final String run;
  private final int last;
  private final List<FailedAttempt> told;
  private final @Nullable Instant finishedAt;
  private final TreeMap<Integer, JobEvent> events = new TreeMap<>();

  /**
   * Nothing is found yet.
   *
   * @param last the number of the last attempt that has ended; 0 for none
   * @param told what the run's record says
   * @param finishedAt when the run ended; null while it has not
   */
  EndedAttempts(String run, int last, List<FailedAttempt> told, @Nullable Instant finishedAt) {
    this.run = run;
    this.last = last;
    this.told = told.stream().sorted(Comparator.comparingInt(FailedAttempt::attempt)).toList();
    this.finishedAt = finishedAt;
  }

  /** Takes an event of the job, of whichever run it is. */
  void add(JobEvent event) {
    if (event.getRun().equals(run) && ends(event)) {
      events.put(event.getAttempt(), event);
    }
  }

  private static boolean ends(JobEvent event) {
    return switch (event.getState()) {
      case RETRYING, SUCCEEDED, DEAD, CANCELLED -> true;
      case SCHEDULED, QUEUED, RUNNING -> false;
    };
  }

  /** Times at which there was an event that is not found yet, oldest first. */
  List<Instant> times() {
    List<Instant> times = new ArrayList<>();
    for (FailedAttempt each : told) {
      if (each.at() != null && !events.containsKey(each.attempt())) {
        times.add(each.at());
      }
    }
    if (finishedAt != null && !has(finishedAt) && !times.contains(finishedAt)) {
      times.add(finishedAt);
    }
    return times.stream().sorted().toList();
  }

  /** Whether an event of this time is found. */
  boolean has(Instant at) {
    return events.values().stream().anyMatch(each -> each.getAt().equals(at));
  }

  /** Whether the events of all attempts are found. */
  boolean complete() {
    return IntStream.rangeClosed(1, last).allMatch(events::containsKey);
  }

  /** The events that are found, by attempt; one whose handler never ran is none. */
  List<JobEvent> found() {
    return events.values().stream()
        .filter(each -> each.getStartedAt() != null || each.getError() != null)
        .toList();
  }

  /** Failed attempts whose events are gone. */
  List<FailedAttempt> gone() {
    return told.stream().filter(each -> !events.containsKey(each.attempt())).toList();
  }
}
