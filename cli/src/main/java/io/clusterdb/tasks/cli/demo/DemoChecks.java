package io.clusterdb.tasks.cli.demo;

import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.cli.demo.DemoJob.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Counts what happened from the events of the log alone. Pure. */
public final class DemoChecks {
  private final DemoPlan plan;
  private final Map<String, String> digests;
  private final List<DemoEvent> events;
  private final Map<String, List<DemoEvent>> runs = new LinkedHashMap<>();

  private DemoChecks(DemoPlan plan, Map<String, String> digests, List<DemoEvent> events) {
    this.plan = plan;
    this.digests = digests;
    // The log has several partitions, so what is read from it is in order for each job only.
    this.events = events.stream().sorted(Comparator.comparing(DemoEvent::at)).toList();
    for (DemoEvent event : events) {
      runs.computeIfAbsent(event.run(), run -> new ArrayList<>()).add(event);
    }
  }

  /**
   * Everything that is claimed.
   *
   * @param digests the right results by job id, computed without the platform
   * @param events the log, from its start to its end
   * @param handled how often a handler was called
   */
  public static List<Check> of(
      DemoPlan plan, Map<String, String> digests, List<DemoEvent> events, long handled) {
    DemoChecks checks = new DemoChecks(plan, digests, events);
    return List.of(
        checks.nothingLost(),
        checks.oneEnd(),
        checks.oneOutcomeAnAttempt(handled),
        checks.retries(),
        checks.deadLetters(),
        checks.replays(),
        checks.delays(),
        checks.priorities(),
        checks.results());
  }

  private Check nothingLost() {
    Set<String> seen = events.stream().map(DemoEvent::jobId).collect(Collectors.toSet());
    long found = plan.jobs().stream().filter(job -> seen.contains(job.id())).count();
    return new Check(
        "every job that was enqueued has run, and no other has",
        found == plan.jobs().size() && seen.size() == found,
        "%,d of %,d jobs".formatted(found, plan.jobs().size()));
  }

  private Check oneEnd() {
    long ended =
        runs.values().stream()
            .filter(run -> run.stream().filter(event -> event.state().terminal()).count() == 1)
            .count();
    int expected = plan.jobs().size() + plan.of(Kind.BROKEN).size();
    return new Check(
        "every run has exactly one terminal event",
        ended == runs.size() && ended == expected,
        "%,d of %,d runs, the replayed ones included".formatted(ended, runs.size()));
  }

  private Check oneOutcomeAnAttempt(long handled) {
    Map<String, Integer> outcomes = new HashMap<>();
    for (DemoEvent event : events) {
      if (event.state().terminal() || event.state() == JobState.RETRYING) {
        outcomes.merge(event.run() + " " + event.attempt(), 1, Integer::sum);
      }
    }
    boolean single = outcomes.values().stream().allMatch(count -> count == 1);
    return new Check(
        "every attempt has exactly one outcome on the log",
        single && outcomes.size() == handled,
        "%,d outcomes of %,d calls of the handler".formatted(outcomes.size(), handled));
  }

  private Check retries() {
    long retried = 0;
    for (List<DemoEvent> run : runsOf(Kind.FLAKY)) {
      @Nullable DemoEvent first = find(run, JobState.RETRYING, 1);
      @Nullable DemoEvent second = find(run, JobState.SUCCEEDED, 2);
      if (first != null && second != null && notEarly(first.nextAttemptAt(), second.startedAt())) {
        retried++;
      }
    }
    return new Check(
        "what failed at first was retried, never before its backoff had passed",
        retried == plan.of(Kind.FLAKY).size(),
        "%,d of %,d jobs succeeded on attempt 2".formatted(retried, plan.of(Kind.FLAKY).size()));
  }

  private Check deadLetters() {
    long dead =
        runsOf(Kind.BROKEN).stream()
            .filter(
                run ->
                    find(run, JobState.RETRYING, 1) != null
                        && find(run, JobState.RETRYING, 2) != null
                        && find(run, JobState.DEAD, 3) != null)
            .count();
    long all = events.stream().filter(event -> event.state() == JobState.DEAD).count();
    return new Check(
        "what cannot succeed became a dead letter after three attempts, and nothing else did",
        dead == plan.of(Kind.BROKEN).size() && all == dead,
        "%,d dead letters, %,d expected".formatted(all, plan.of(Kind.BROKEN).size()));
  }

  private Check replays() {
    long well =
        runsOf(Kind.BROKEN).stream()
            .filter(run -> find(run, JobState.SUCCEEDED, 1) != null)
            .count();
    return new Check(
        "dead letters were replayed as new runs once their cause was mended, and succeeded",
        well == plan.of(Kind.BROKEN).size(),
        "%,d of %,d".formatted(well, plan.of(Kind.BROKEN).size()));
  }

  private Check delays() {
    Map<String, DemoJob> jobs = plan.byId();
    long inTime = 0;
    Duration latest = Duration.ZERO;
    for (List<DemoEvent> run : runsOf(Kind.DELAYED)) {
      DemoEvent end = run.getLast();
      @Nullable DemoJob job = jobs.get(end.jobId());
      @Nullable Instant started = end.startedAt();
      if (job != null && started != null) {
        Duration late = Duration.between(end.createdAt().plus(job.delay()), started);
        inTime += late.isNegative() ? 0 : 1;
        latest = late.compareTo(latest) > 0 ? late : latest;
      }
    }
    return new Check(
        "delayed jobs ran at their time, none early",
        inTime == plan.of(Kind.DELAYED).size(),
        "%,d jobs, the latest %,d ms after its time".formatted(inTime, latest.toMillis()));
  }

  private Check priorities() {
    double high = meanPosition(Priority.HIGH);
    double normal = meanPosition(Priority.NORMAL);
    double low = meanPosition(Priority.LOW);
    return new Check(
        "higher lanes ended sooner, and the low one was not starved",
        high < normal && normal < low,
        "mean position high %.0f, normal %.0f, low %.0f".formatted(high, normal, low));
  }

  private Check results() {
    Map<String, String> found = new HashMap<>();
    for (DemoEvent event : events) {
      if (event.state() == JobState.SUCCEEDED && event.result() != null) {
        found.put(event.jobId(), event.result());
      }
    }
    long equal =
        digests.entrySet().stream()
            .filter(entry -> ("\"" + entry.getValue() + "\"").equals(found.get(entry.getKey())))
            .count();
    return new Check(
        "the results on the log equal digests that were computed directly",
        equal == plan.jobs().size(),
        "%,d of %,d".formatted(equal, plan.jobs().size()));
  }

  /** Where the plain jobs of a lane stand among all that succeeded, on average. */
  private double meanPosition(Priority lane) {
    Map<String, DemoJob> jobs = plan.byId();
    long position = 0;
    long sum = 0;
    long count = 0;
    for (DemoEvent event : events) {
      @Nullable DemoJob job = jobs.get(event.jobId());
      if (job != null && job.kind() == Kind.PLAIN && event.state() == JobState.SUCCEEDED) {
        position++;
        if (job.priority() == lane) {
          sum += position;
          count++;
        }
      }
    }
    return count == 0 ? 0 : (double) sum / count;
  }

  private List<List<DemoEvent>> runsOf(Kind kind) {
    Set<String> ids = plan.of(kind).stream().map(DemoJob::id).collect(Collectors.toSet());
    return runs.values().stream().filter(run -> ids.contains(run.getFirst().jobId())).toList();
  }

  private static @Nullable DemoEvent find(List<DemoEvent> run, JobState state, int attempt) {
    return run.stream()
        .filter(event -> event.state() == state && event.attempt() == attempt)
        .findFirst()
        .orElse(null);
  }

  private static boolean notEarly(@Nullable Instant due, @Nullable Instant started) {
    return due != null && started != null && !started.isBefore(due);
  }
}
