package io.clusterdb.tasks.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.cli.demo.DemoJob.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DemoChecksTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final DemoPlan plan = DemoPlan.in(Path.of("folder"));
  private final Map<String, String> digests = new HashMap<>();
  private final List<DemoEvent> events = new ArrayList<>();
  private long handled;

  @Test
  void holdsForALogOfAPlatformThatDoesWhatItShould() {
    wellBehaved();
    assertThat(failed()).isEmpty();
  }

  @Test
  void planHasEachKindAsOftenAsItSays() {
    assertThat(plan.jobs()).hasSize(DemoPlan.JOBS);
    assertThat(plan.of(Kind.FLAKY)).hasSize(DemoPlan.FLAKY);
    assertThat(plan.of(Kind.BROKEN)).hasSize(DemoPlan.BROKEN);
    assertThat(plan.of(Kind.DELAYED)).hasSize(DemoPlan.DELAYED);
  }

  @Test
  void seesALostJob() {
    wellBehaved();
    events.remove(plain());
    assertThat(failed()).contains("every job that was enqueued has run, and no other has");
  }

  @Test
  void seesASecondTerminalEvent() {
    wellBehaved();
    events.add(plain());
    assertThat(failed())
        .containsExactly(
            "every run has exactly one terminal event",
            "every attempt has exactly one outcome on the log");
  }

  @Test
  void seesAWrongResult() {
    wellBehaved();
    digests.put("file-0001", "another");
    assertThat(failed())
        .containsExactly("the results on the log equal digests that were computed directly");
  }

  @Test
  void seesAJobThatRanEarly() {
    wellBehaved();
    DemoJob delayed = plan.of(Kind.DELAYED).getFirst();
    events.replaceAll(
        event ->
            event.jobId().equals(delayed.id())
                ? event(delayed, "r", JobState.SUCCEEDED, 1, delayed.delay().minusMillis(1), null)
                : event);
    assertThat(failed()).containsExactly("delayed jobs ran at their time, none early");
  }

  @Test
  void seesARetryBeforeItsTime() {
    wellBehaved();
    String flaky = plan.of(Kind.FLAKY).getFirst().id();
    events.replaceAll(
        event ->
            event.jobId().equals(flaky) && event.state() == JobState.RETRYING
                ? new DemoEvent(
                    event.at(),
                    flaky,
                    event.run(),
                    event.state(),
                    1,
                    START,
                    START,
                    START.plusSeconds(900),
                    "TransientError",
                    null)
                : event);
    assertThat(failed())
        .containsExactly("what failed at first was retried, never before its backoff had passed");
  }

  private DemoEvent plain() {
    String id = plan.of(Kind.PLAIN).getFirst().id();
    return events.stream().filter(event -> event.jobId().equals(id)).findFirst().orElseThrow();
  }

  private List<String> failed() {
    return DemoChecks.of(plan, digests, events, handled).stream()
        .filter(check -> !check.holds())
        .map(Check::claim)
        .toList();
  }

  private void wellBehaved() {
    List<DemoJob> inOrder =
        plan.jobs().stream().sorted(Comparator.comparing(DemoJob::priority)).toList();
    long millis = 0;
    for (DemoJob job : inOrder) {
      digests.put(job.id(), "digest of " + job.id());
      Duration after = Duration.ofMillis(++millis);
      switch (job.kind()) {
        case PLAIN -> add(job, "1", JobState.SUCCEEDED, 1, after, null);
        case DELAYED -> add(job, "1", JobState.SUCCEEDED, 1, job.delay().plusMillis(5), null);
        case FLAKY -> {
          add(job, "1", JobState.RETRYING, 1, after, "TransientError");
          add(job, "1", JobState.SUCCEEDED, 2, after.plusMillis(600), null);
        }
        case BROKEN -> {
          add(job, "1", JobState.RETRYING, 1, after, "NoSuchFileException");
          add(job, "1", JobState.RETRYING, 2, after.plusMillis(500), "NoSuchFileException");
          add(job, "1", JobState.DEAD, 3, after.plusMillis(1000), "NoSuchFileException");
          add(job, "2", JobState.SUCCEEDED, 1, after.plusMillis(9000), null);
        }
      }
    }
    assertThat(inOrder.getFirst().priority()).isEqualTo(Priority.HIGH);
  }

  private void add(
      DemoJob job,
      String run,
      JobState state,
      int attempt,
      Duration after,
      @Nullable String error) {
    handled++;
    events.add(event(job, run, state, attempt, after, error));
  }

  private static DemoEvent event(
      DemoJob job,
      String run,
      JobState state,
      int attempt,
      Duration after,
      @Nullable String error) {
    Instant at = START.plus(after);
    return new DemoEvent(
        at,
        job.id(),
        job.id() + "/" + run,
        state,
        attempt,
        START,
        at,
        state == JobState.RETRYING ? at.plusMillis(400) : null,
        error,
        state == JobState.SUCCEEDED ? "\"digest of " + job.id() + "\"" : null);
  }
}
