package io.clusterdb.tasks.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.clusterdb.tasks.RepeatedHour;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.SkippedHour;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In Berlin, 2026: 02:00 becomes 03:00 on 29 March (01:00Z), 03:00 becomes 02:00 on 25 October. */
class FireTimesTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static ScheduledTask cron(String expression) {
    return ScheduledTask.named("s").schedule(Schedule.cron(expression)).zone(BERLIN);
  }

  private static List<String> between(ScheduledTask schedule, String from, String to) {
    List<String> found = new ArrayList<>();
    FireTimes times = FireTimes.of(schedule);
    @Nullable Instant next = times.next(Instant.parse(from).minusMillis(1));
    while (next != null && next.isBefore(Instant.parse(to))) {
      found.add(next.toString().substring(11, 16));
      next = times.next(next);
    }
    return found;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "30 2 * * *       | 01:00",
        "15,45 2 * * *    | 01:00",
        "30 1,2,3 * * *   | 00:30 01:00 01:30",
        "0 3 * * *        | 01:00",
        "*/30 * * * *     | 00:00 00:30 01:00 01:30 02:00 02:30",
        "0 2,3 * * *      | 01:00",
      })
  void aSkippedHourFiresOnceAfterTheGap(String expression, String expected) {
    assertThat(between(cron(expression), "2026-03-29T00:00:00Z", "2026-03-29T03:00:00Z"))
        .isEqualTo(List.of(expected.split(" ")));
  }

  @Test
  void aSkippedHourFiresNotAtAllWhereTheScheduleSaysSo() {
    ScheduledTask skips = cron("30 1,2,3 * * *").skippedHour(SkippedHour.SKIP);

    assertThat(between(skips, "2026-03-29T00:00:00Z", "2026-03-29T03:00:00Z"))
        .containsExactly("00:30", "01:30");
    assertThat(
            between(
                cron("30 2 * * *").skippedHour(SkippedHour.SKIP),
                "2026-03-29T00:00:00Z",
                "2026-03-30T03:00:00Z"))
        .containsExactly("00:30"); // of the next day
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "30 2 * * *     | BY_HOUR | 00:30",
        "30 2 * * *     | ONCE    | 00:30",
        "30 2 * * *     | TWICE   | 00:30 01:30",
        "0,30 1-3 * * * | BY_HOUR | 23:00 23:30 00:00 00:30 02:00 02:30",
        "0,30 1-3 * * * | TWICE   | 23:00 23:30 00:00 00:30 01:00 01:30 02:00 02:30",
        "30 * * * *     | BY_HOUR | 23:30 00:30 01:30 02:30",
        "30 * * * *     | ONCE    | 23:30 00:30 02:30",
        "@hourly        | BY_HOUR | 23:00 00:00 01:00 02:00",
        "0 3 * * *      | TWICE   | 02:00",
      })
  void aRepeatedHourFiresOnceUnlessTheScheduleSaysOtherwise(
      String expression, RepeatedHour repeated, String expected) {
    assertThat(
            between(
                cron(expression).repeatedHour(repeated),
                "2026-10-24T23:00:00Z",
                "2026-10-25T03:00:00Z"))
        .isEqualTo(List.of(expected.split(" ")));
  }

  /** Zones whose clocks change by an hour, by half of one, and by a day. */
  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin, 2026-10-24T20:00:00Z",
    "Europe/Berlin, 2026-03-28T20:00:00Z",
    "Australia/Lord_Howe, 2026-04-04T10:00:00Z",
    "America/New_York, 2026-10-31T22:00:00Z",
    "Pacific/Apia, 2011-12-30T04:00:00Z",
    "Asia/Tokyo, 2026-01-01T00:00:00Z",
    "UTC, 2026-01-01T00:00:00Z"
  })
  void everyMinuteFiresEachMinuteWhateverTheClocksDo(ZoneId zone, Instant from) {
    FireTimes times = FireTimes.of(cron("* * * * *").zone(zone).repeatedHour(RepeatedHour.TWICE));
    for (int minute = 0; minute < 12 * 60; minute++) {
      Instant at = from.plusSeconds(60L * minute);
      assertThat(times.next(at)).isEqualTo(at.plusSeconds(60));
    }
  }

  /** From wherever one starts to look, the same times come. */
  @Test
  void timesDoNotDependOnWhereOneLooksFrom() {
    Random random = new Random(7);
    for (String expression : List.of("*/7 * * * *", "30 2 * * *", "*/20 1-3 * * *")) {
      for (RepeatedHour repeated : RepeatedHour.values()) {
        for (SkippedHour skipped : SkippedHour.values()) {
          FireTimes times =
              FireTimes.of(cron(expression).repeatedHour(repeated).skippedHour(skipped));
          for (String day : List.of("2026-03-29T00:00:00Z", "2026-10-25T00:00:00Z")) {
            Instant from = Instant.parse(day).minusSeconds(7_200);
            List<Instant> all = times.next(from, 60);
            for (int i = 0; i < 200; i++) {
              Instant at = from.plusSeconds(random.nextInt(6 * 3_600));
              Instant expected =
                  all.stream().filter(each -> each.isAfter(at)).findFirst().orElseThrow();
              assertThat(times.next(at)).as("%s after %s", expression, at).isEqualTo(expected);
            }
            assertThat(all).isSorted().doesNotHaveDuplicates();
          }
        }
      }
    }
  }

  @Test
  void intervalsCountFromTheirStartElseFrom1970() {
    ScheduledTask hourly = ScheduledTask.named("s").schedule(Schedule.every(Duration.ofHours(1)));

    assertThat(hourly.next(Instant.parse("2026-01-01T10:20:00Z"), 2))
        .containsExactly(
            Instant.parse("2026-01-01T11:00:00Z"), Instant.parse("2026-01-01T12:00:00Z"));
    assertThat(
            hourly
                .start(Instant.parse("2026-01-01T10:05:00Z"))
                .end(Instant.parse("2026-01-01T12:05:00Z"))
                .next(Instant.EPOCH, 5))
        .containsExactly(
            Instant.parse("2026-01-01T10:05:00Z"),
            Instant.parse("2026-01-01T11:05:00Z"),
            Instant.parse("2026-01-01T12:05:00Z"));
  }

  @Test
  void oneTimeComesOnce() {
    Instant time = Instant.parse("2026-12-01T00:00:00Z");
    ScheduledTask once = ScheduledTask.named("s").schedule(Schedule.at(time));

    assertThat(once.next(time.minusMillis(1), 3)).containsExactly(time);
    assertThat(once.next(time, 3)).isEmpty();
    assertThat(once.end(time.minusMillis(1)).next(Instant.EPOCH, 3)).isEmpty();
  }

  @Test
  void theLastTimeOfASpanIsFoundFromItsEnd() {
    Instant from = Instant.parse("2020-01-01T00:00:00Z");
    Instant to = Instant.parse("2026-06-15T12:34:56.789Z");
    FireTimes seconds = FireTimes.of(cron("* * 2 * * *"));

    assertThat(seconds.last(from, to)).isEqualTo("2026-06-15T00:59:59Z");
    assertThat(FireTimes.of(cron("0 0 29 2 *")).last(from, to)).isEqualTo("2024-02-28T23:00:00Z");
    assertThat(FireTimes.of(cron("0 0 29 2 *")).last(Instant.parse("2024-03-01T00:00:00Z"), to))
        .isNull();
    assertThat(FireTimes.of(cron("* * * * * *")).last(to.minusMillis(789), to)).isNull();
    assertThat(FireTimes.of(cron("* * * * * *")).last(to.minusMillis(790), to))
        .isEqualTo("2026-06-15T12:34:56Z");
  }

  @Test
  void jitterIsAFunctionOfNameAndPlannedTimeAndFillsItsRange() {
    Duration most = Duration.ofMillis(9);
    Set<Duration> seen = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      Instant planned = Instant.ofEpochSecond(60L * i);
      Duration jitter = Jitter.of("reports", planned, most);
      assertThat(jitter).isBetween(Duration.ZERO, most);
      assertThat(jitter).isEqualTo(Jitter.of("reports", planned, most));
      seen.add(jitter);
    }
    assertThat(seen).hasSize(10);
    assertThat(Jitter.of("a", Instant.EPOCH, Duration.ofHours(1)))
        .isEqualTo(Duration.ofMillis(JITTER_OF_A));
    assertThat(Jitter.of("a", Instant.EPOCH, Duration.ZERO)).isZero();
  }

  /**
   * What the first release computed: it may never change, or a restart with a new one moves fires.
   */
  private static final long JITTER_OF_A = 2_851_029;

  @Test
  void refusesWhatCannotBe() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.every(Duration.ofMinutes(-1)))
        .withMessage("expected a duration above 0 for interval, found -1m");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.every(Duration.ofMinutes(1)).jitter(Duration.ofMinutes(2)))
        .withMessage("expected a jitter of at most the interval (1m), found 2m");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cron("@daily").start(Instant.EPOCH).end(Instant.EPOCH.minusSeconds(1)))
        .withMessageContaining("an end that is not before the start");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cron("@daily").schedule(Schedule.after(Duration.ofHours(1))));
  }
}
