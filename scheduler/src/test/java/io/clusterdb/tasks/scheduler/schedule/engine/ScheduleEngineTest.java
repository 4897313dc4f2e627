package io.clusterdb.tasks.scheduler.schedule.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.Exclusive;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Misfire;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.schedule.ScheduleJobs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleEngineTest {
  private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");
  private static final ScheduledTask MINUTELY =
      ScheduledTask.named("m").schedule(Schedule.cron("* * * * *"));

  private ScheduleRow row = ScheduleRow.NEW;
  private Instant now = START;
  private long version;
  private final List<String> fired = new ArrayList<>();
  private final List<String> replaced = new ArrayList<>();

  private void happen(ScheduleInput input) {
    for (ScheduleEvent event : ScheduleEngine.decide(row, input, now)) {
      row = ScheduleEngine.evolve(row, event);
      if (event instanceof ScheduleEvent.Fired fire) {
        fired.add(fire.run().job().value().replace("2026-01-01T", ""));
        if (fire.replaced() != null) {
          replaced.add(fire.replaced().value().replace("2026-01-01T", ""));
        }
      }
    }
  }

  private void define(ScheduledTask task) {
    happen(new ScheduleInput.Define(Definition.of(task, ++version), now));
  }

  /** Passes time second by second, as a scheduler that runs. */
  private void run(Duration time) {
    Instant end = now.plus(time);
    while (now.isBefore(end)) {
      now = now.plusSeconds(1);
      wake();
    }
  }

  /** Passes time without a scheduler, which then starts. */
  private void sleep(Duration time) {
    now = now.plus(time);
    wake();
  }

  private void wake() {
    Instant due = row.due();
    while (due != null && !due.isAfter(now)) {
      happen(new ScheduleInput.Wake());
      due = row.due();
    }
  }

  private void end(String planned) {
    JobId job = ScheduleJobs.ofId("m@2026-01-01T" + planned);
    happen(new ScheduleInput.Outcome(job, new Run.Ending(JobState.SUCCEEDED, now, null)));
  }

  @Test
  void firesEachTimeOnceAfterItsDefinition() {
    define(MINUTELY);
    run(Duration.ofMinutes(3));

    assertThat(fired).containsExactly("m@10:01:00Z", "m@10:02:00Z", "m@10:03:00Z");
  }

  @Test
  void timesLateByAMinuteAreNotMissed() {
    define(MINUTELY.schedule(Schedule.cron("*/20 * * * * *")));
    sleep(Duration.ofSeconds(60));

    assertThat(fired).containsExactly("m@10:00:20Z", "m@10:00:40Z", "m@10:01:00Z");
  }

  @Test
  void missedTimesGetOneRun() {
    define(MINUTELY);
    sleep(Duration.ofMinutes(30));

    assertThat(fired).containsExactly("m@10:28:00Z", "m@10:29:00Z", "m@10:30:00Z");
    assertThat(row.passedOver())
        .isEqualTo(
            new PassedOver(Instant.parse("2026-01-01T10:27:00Z"), PassedOver.Reason.MISFIRE));
  }

  @Test
  void missedTimesGetNothingWhereTheScheduleSaysSo() {
    define(MINUTELY.misfire(Misfire.SKIP));
    sleep(Duration.ofMinutes(30).plusSeconds(30));

    assertThat(fired).containsExactly("m@10:30:00Z");
  }

  @Test
  void missedTimesGetARunEachUpToABound() {
    define(MINUTELY.misfire(Misfire.FIRE_ALL));
    sleep(Duration.ofMinutes(30));
    assertThat(fired).hasSize(30).startsWith("m@10:01:00Z").endsWith("m@10:30:00Z");

    fired.clear();
    sleep(Duration.ofHours(25));
    assertThat(fired).hasSize(ScheduleEngine.MOST_MISSED + 2).doesNotHaveDuplicates();
    assertThat(fired.getLast()).isEqualTo("m@2026-01-02T11:30:00Z");
  }

  @Test
  void aScheduleThatStoodForYearsIsDecidedAtOnce() {
    define(MINUTELY.schedule(Schedule.cron("* * * * * *")).misfire(Misfire.FIRE_ALL));
    long started = System.nanoTime();
    sleep(Duration.ofDays(1_000));

    assertThat(fired).hasSize(ScheduleEngine.MOST_MISSED + 61).doesNotHaveDuplicates();
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void aChangedDefinitionFiresNothingOfThePastAndLosesNothing() {
    define(MINUTELY.schedule(Schedule.cron("0 * * * *")));
    run(Duration.ofMinutes(30));
    define(MINUTELY);
    run(Duration.ofMinutes(2));
    assertThat(fired).containsExactly("m@10:31:00Z", "m@10:32:00Z");

    // Down when 10:33 passes, and the definition changes before the scheduler is back.
    fired.clear();
    now = now.plusSeconds(70);
    happen(
        new ScheduleInput.Define(
            Definition.of(MINUTELY.schedule(Schedule.cron("*/5 * * * *")), ++version),
            now.minusSeconds(1)));
    run(Duration.ofMinutes(3));
    assertThat(fired).containsExactly("m@10:33:00Z", "m@10:35:00Z");
  }

  @Test
  void aDefinitionFromTheFutureIsInForceFromNow() {
    happen(new ScheduleInput.Define(Definition.of(MINUTELY, 1), now.plusSeconds(7_200)));
    run(Duration.ofMinutes(1));

    assertThat(fired).containsExactly("m@10:01:00Z");
  }

  @Test
  void oneThatIsDeletedAndMadeAgainFiresNothingOfThePast() {
    define(MINUTELY);
    run(Duration.ofMinutes(2));
    happen(new ScheduleInput.Remove());
    run(Duration.ofMinutes(5));
    assertThat(row.due()).isNull();
    version = 0;
    define(MINUTELY);
    now = now.minusSeconds(240); // and the clock is set back
    run(Duration.ofMinutes(5));

    assertThat(fired).containsExactly("m@10:01:00Z", "m@10:02:00Z", "m@10:08:00Z");
  }

  @Test
  void timesPassDuringAPauseAndAreNotMissedAfterIt() {
    define(MINUTELY.misfire(Misfire.FIRE_ALL));
    run(Duration.ofMinutes(1));
    happen(new ScheduleInput.Pause(now));
    run(Duration.ofMinutes(10));
    happen(new ScheduleInput.Resume(now));
    run(Duration.ofMinutes(1));

    assertThat(fired).containsExactly("m@10:01:00Z", "m@10:12:00Z");
  }

  @Test
  void applyDoesNotEndAPause() {
    define(MINUTELY);
    happen(new ScheduleInput.Pause(now));
    define(MINUTELY.misfire(Misfire.SKIP));
    run(Duration.ofMinutes(5));

    assertThat(fired).isEmpty();
  }

  @Test
  void aClockThatJumpsFiresNothingTwiceOrEarly() {
    define(MINUTELY);
    run(Duration.ofMinutes(2));
    now = now.minusSeconds(3_600);
    run(Duration.ofMinutes(30));
    assertThat(fired).containsExactly("m@10:01:00Z", "m@10:02:00Z");
    now = Instant.parse("2026-01-01T10:02:30Z");
    run(Duration.ofSeconds(29));
    assertThat(fired).hasSize(2);
    run(Duration.ofSeconds(1));
    assertThat(fired).containsExactly("m@10:01:00Z", "m@10:02:00Z", "m@10:03:00Z");
  }

  @Test
  void jitterPutsAFireOffButNotItsPlannedTime() {
    ScheduledTask jittered =
        ScheduledTask.named("m")
            .schedule(Schedule.every(Duration.ofMinutes(1)).jitter(Duration.ofSeconds(50)));
    Instant planned = START.plusSeconds(60);
    define(jittered);
    now = jittered.fireTime(planned).minusMillis(1);
    wake();
    assertThat(fired).isEmpty();
    now = now.plusMillis(1);
    wake();
    assertThat(fired).containsExactly("m@10:01:00Z");
  }

  @Test
  void anExclusiveScheduleSkipsTimesWhileItsLastRunGoesOn() {
    define(MINUTELY.exclusive());
    run(Duration.ofMinutes(3));
    end("10:01:00Z");
    run(Duration.ofMinutes(1));

    assertThat(fired).containsExactly("m@10:01:00Z", "m@10:04:00Z");
    assertThat(row.passedOver())
        .isEqualTo(
            new PassedOver(Instant.parse("2026-01-01T10:03:00Z"), PassedOver.Reason.EXCLUSIVE));
  }

  @Test
  void anExclusiveScheduleQueuesOneRunForAllTimes() {
    define(MINUTELY.exclusive(Exclusive.QUEUE));
    run(Duration.ofMinutes(3).plusSeconds(10));
    end("10:01:00Z");
    run(Duration.ofMinutes(1));
    assertThat(fired).containsExactly("m@10:01:00Z", "m@10:03:00Z");
    end("10:03:00Z");

    assertThat(fired).containsExactly("m@10:01:00Z", "m@10:03:00Z", "m@10:04:00Z");
  }

  @Test
  void anExclusiveScheduleReplacesItsLastRun() {
    define(MINUTELY.exclusive(Exclusive.REPLACE));
    run(Duration.ofMinutes(2));
    end("10:01:00Z"); // too late to matter
    run(Duration.ofMinutes(1));

    assertThat(fired).containsExactly("m@10:01:00Z", "m@10:02:00Z", "m@10:03:00Z");
    assertThat(replaced).containsExactly("m@10:01:00Z", "m@10:02:00Z");
  }

  @Test
  void aLostOutcomeHoldsAScheduleUpForABoundedTime() {
    define(MINUTELY.exclusive().outcomeWithin(Duration.ofMinutes(3)));
    run(Duration.ofMinutes(5));
    assertThat(fired).containsExactly("m@10:01:00Z", "m@10:05:00Z");

    define(MINUTELY.exclusive(Exclusive.QUEUE).outcomeWithin(Duration.ofMinutes(3)));
    run(Duration.ofMinutes(3));
    assertThat(fired).containsExactly("m@10:01:00Z", "m@10:05:00Z", "m@10:07:00Z");
  }

  @Test
  void aTriggerFiresBesideThePlanAndDuringAPause() {
    define(MINUTELY);
    happen(new ScheduleInput.Trigger(ScheduleJobs.triggered("m", "1")));
    run(Duration.ofMinutes(1));
    happen(new ScheduleInput.Pause(now));
    happen(new ScheduleInput.Trigger(ScheduleJobs.triggered("m", "2")));

    assertThat(fired).containsExactly("m@trigger-1", "m@10:01:00Z", "m@trigger-2");
  }

  @Test
  void aTriggerOfAnExclusiveScheduleWaitsItsTurn() {
    define(MINUTELY.exclusive(Exclusive.QUEUE));
    run(Duration.ofMinutes(1));
    happen(new ScheduleInput.Trigger(ScheduleJobs.triggered("m", "1")));
    assertThat(fired).hasSize(1);
    end("10:01:00Z");

    assertThat(fired).containsExactly("m@10:01:00Z", "m@trigger-1");
  }

  @Test
  void outcomesOfOtherRunsChangeNothing() {
    define(MINUTELY.exclusive());
    run(Duration.ofMinutes(1));
    ScheduleRow before = row;
    happen(
        new ScheduleInput.Outcome(
            new JobId("m@2026-01-01T10:01:00Z", "another-run"),
            new Run.Ending(JobState.DEAD, now, null)));
    end("09:00:00Z");

    assertThat(row).isEqualTo(before);
  }
}
