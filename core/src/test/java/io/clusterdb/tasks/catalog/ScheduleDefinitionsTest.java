package io.clusterdb.tasks.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.clusterdb.tasks.Exclusive;
import io.clusterdb.tasks.Misfire;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.RepeatedHour;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduleTarget;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.SkippedHour;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.ScheduleDefinition;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScheduleDefinitionsTest {
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

  static final ScheduledTask FULL =
      ScheduledTask.named("nightly")
          .schedule(Schedule.cron("0 0 * * *"))
          .task(
              Task.of("CleanUp")
                  .queue("jobs")
                  .key("k")
                  .priority(Priority.LOW)
                  .metadata("a", "b")
                  .payload(Payload.json("{\"at\":\"{{schedule.planned_time}}\"}")))
          .zone(ZoneId.of("Europe/Berlin"))
          .start(AT)
          .end(AT.plusSeconds(86_400))
          .timeout(Duration.ofHours(1))
          .retry(RetryPolicy.DEFAULT.maxAttempts(7))
          .exclusive(Exclusive.QUEUE)
          .outcomeWithin(Duration.ofHours(2))
          .misfire(Misfire.FIRE_ALL)
          .skippedHour(SkippedHour.SKIP)
          .repeatedHour(RepeatedHour.TWICE)
          .metrics(true);

  private static ScheduledTask again(ScheduledTask schedule) {
    PlatformCodec codec = PlatformCodec.singleObject();
    byte[] bytes = codec.encode("t", ScheduleDefinitions.write(schedule, 3, AT));
    return ScheduleDefinitions.read(codec.decode("t", bytes, ScheduleDefinition.class));
  }

  @Test
  void keepsEveryFieldOfASchedule() {
    ScheduledTask read = again(FULL);

    assertThat(read.target())
        .isInstanceOfSatisfying(
            ScheduleTarget.RunTask.class,
            run ->
                assertThat(run.task().payload())
                    .isInstanceOfSatisfying(
                        Payload.class,
                        payload ->
                            assertThat(payload.text())
                                .isEqualTo("{\"at\":\"{{schedule.planned_time}}\"}")));
    assertThat(read.target(FULL.target())).isEqualTo(FULL);
    assertThat(ScheduleDefinitions.same(read, FULL)).isTrue();
    assertThat(ScheduleDefinitions.same(read, FULL.misfire(Misfire.SKIP))).isFalse();
  }

  @Test
  void keepsTheWorkflowThatAScheduleStarts() {
    ScheduledTask schedule =
        ScheduledTask.named("close")
            .schedule(Schedule.cron("@daily"))
            .target(
                new ScheduleTarget.StartWorkflow(
                    "close-day", "1.10", Payload.json("{\"a\":1}"), Map.of("source", "plan")));
    ScheduledTask read = again(schedule);

    assertThat(read.target())
        .isInstanceOfSatisfying(
            ScheduleTarget.StartWorkflow.class,
            run -> {
              assertThat(run.workflow()).isEqualTo("close-day");
              assertThat(run.version()).isEqualTo("1.10");
              assertThat(run.context()).containsEntry("source", "plan");
              assertThat(run.input())
                  .isInstanceOfSatisfying(
                      Payload.class, input -> assertThat(input.text()).isEqualTo("{\"a\":1}"));
            });
    assertThat(ScheduleDefinitions.same(read, schedule)).isTrue();
  }

  @Test
  void keepsIntervalsAndSingleTimes() {
    ScheduledTask every =
        ScheduledTask.named("e")
            .schedule(Schedule.every(Duration.ofHours(1)).jitter(Duration.ofMinutes(5)));
    ScheduledTask once = ScheduledTask.named("o").schedule(Schedule.at(AT));

    assertThat(again(every).schedule()).isEqualTo(every.schedule());
    assertThat(again(once).schedule()).isEqualTo(once.schedule());
    assertThat(again(once).zone()).isEqualTo(ZoneId.of("UTC"));
  }

  @Test
  void aTasksOwnTimeoutAndRetriesAreTheSchedules() {
    ScheduledTask schedule =
        ScheduledTask.named("s")
            .schedule(Schedule.cron("@daily"))
            .task(Task.of("T").timeout(Duration.ofMinutes(3)).retry(RetryPolicy.DEFAULT));

    assertThat(again(schedule).timeout()).isEqualTo(Duration.ofMinutes(3));
    assertThat(again(schedule.timeout(Duration.ofMinutes(1))).timeout())
        .isEqualTo(Duration.ofMinutes(1));
    assertThat(again(schedule).retry()).isEqualTo(RetryPolicy.DEFAULT);
  }

  @Test
  void refusesWhatThisVersionCannotWorkWith() {
    ScheduleDefinition definition = ScheduleDefinitions.write(FULL, 1, AT);
    definition.setTimeZone("Mars/Olympus");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ScheduleDefinitions.read(definition))
        .withMessageContaining("Mars/Olympus");
    definition.setTimeZone("UTC");
    definition.setCron(null);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ScheduleDefinitions.read(definition))
        .withMessageContaining("cron");
  }
}
