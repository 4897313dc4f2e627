package io.clusterdb.tasks.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronExpressionTest {
  private static final LocalDateTime START = LocalDateTime.of(2026, 1, 1, 0, 0);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 0 * * *          | 2026-01-02T00:00 2026-01-03T00:00",
        "*/15 * * * *       | 2026-01-01T00:15 2026-01-01T00:30",
        "30 5 0 * * *       | 2026-01-01T00:05:30 2026-01-02T00:05:30",
        "*/7 * * * * *      | 2026-01-01T00:00:07 2026-01-01T00:00:14",
        "0 9-17/4 * * mon-fri | 2026-01-01T09:00 2026-01-01T13:00 2026-01-01T17:00"
            + " 2026-01-02T09:00",
        "0 0 * JAN,jul MON  | 2026-01-05T00:00 2026-01-12T00:00 2026-01-19T00:00 2026-01-26T00:00"
            + " 2026-07-06T00:00",
        "0 0 L * *          | 2026-01-31T00:00 2026-02-28T00:00",
        "0 0 L-3 * *        | 2026-01-28T00:00 2026-02-25T00:00",
        "0 0 LW * *         | 2026-01-30T00:00 2026-02-27T00:00 2026-03-31T00:00",
        "0 0 15W * *        | 2026-01-15T00:00 2026-02-16T00:00 2026-03-16T00:00",
        "0 0 1W * *         | 2026-02-02T00:00 2026-03-02T00:00 2026-04-01T00:00",
        "0 0 * * 5#2        | 2026-01-09T00:00 2026-02-13T00:00",
        "0 0 * * FRI#2      | 2026-01-09T00:00 2026-02-13T00:00",
        "0 0 * * FRIL       | 2026-01-30T00:00 2026-02-27T00:00",
        "0 0 * * 5L         | 2026-01-30T00:00 2026-02-27T00:00",
        "0 0 * * 0          | 2026-01-04T00:00 2026-01-11T00:00",
        "0 0 * * 7          | 2026-01-04T00:00 2026-01-11T00:00",
        "0 0 0 * * 1        | 2026-01-05T00:00 2026-01-12T00:00",
        "0 0 * * SAT-MON    | 2026-01-03T00:00 2026-01-04T00:00 2026-01-05T00:00 2026-01-10T00:00",
        "0 0 13 * FRI       | 2026-01-02T00:00 2026-01-09T00:00 2026-01-13T00:00",
        "0 0 ? * MON        | 2026-01-05T00:00",
        "0 0 1 * ?          | 2026-02-01T00:00",
        "0 0 29 2 *         | 2028-02-29T00:00 2032-02-29T00:00",
        "@hourly            | 2026-01-01T01:00 2026-01-01T02:00",
        "@daily             | 2026-01-02T00:00",
        "@midnight          | 2026-01-02T00:00",
        "@weekly            | 2026-01-04T00:00",
        "@monthly           | 2026-02-01T00:00",
        "@yearly            | 2027-01-01T00:00",
        "@ANNUALLY          | 2027-01-01T00:00",
      })
  void namesTheseTimes(String expression, String expected) {
    List<String> times = List.of(expected.split(" +"));

    assertThat(times(expression, times.size())).isEqualTo(times);
  }

  private static List<String> times(String expression, int count) {
    CronExpression cron = CronExpression.parse(expression);
    List<String> found = new ArrayList<>();
    @Nullable LocalDateTime last = START;
    for (int i = 0; i < count && last != null; i++) {
      last = cron.next(last);
      found.add(String.valueOf(last));
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "* * * *",
        "* * * * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 32 * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 8",
        "* * * * FRY",
        "*/0 * * * *",
        "5-1 * * * *",
        "0 22-2 * * *",
        "0 0 25-3 * *",
        "0 0 * NOV-FEB *",
        "0 0 30 2 *",
        "0 0 15,L * *",
        "0 0 31W * *",
        "0 0 29W * *",
        "* * * * *#",
        "0 0 * * MON#6",
        "0 0 * * MON#2,FRI",
        "0 0 L-28 * *",
        "@reboot",
        "@every",
        "? * * * *",
        "0 0 * * 1-",
        "1,,2 * * * *",
        "-5 * * * *",
        "* * * * * @daily",
      })
  void refusesWhatIsNoneOrNeverComesTrue(String expression) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CronExpression.parse(expression))
        .withMessageStartingWith("expected a cron expression such as \"0 0 * * *\"")
        .withMessageContaining("found \"" + expression + "\"");
  }

  /** Against a plain reading of the fields, minute by minute. */
  @Test
  void agreesWithAPlainReadingOfTheFields() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      Set<Integer> minutes = some(random, 0, 59);
      Set<Integer> hours = some(random, 0, 23);
      Set<Integer> days = random.nextBoolean() ? Set.of() : some(random, 1, 28);
      Set<Integer> weekdays = random.nextBoolean() ? Set.of() : some(random, 0, 6);
      String text =
          "%s %s %s * %s".formatted(list(minutes), list(hours), list(days), list(weekdays));
      LocalDateTime from =
          START.plusMinutes(random.nextInt(500_000)).plusSeconds(random.nextInt(60));

      LocalDateTime time = from.withSecond(0).plusMinutes(1);
      while (!minutes.contains(time.getMinute())
          || !hours.contains(time.getHour())
          || !dayFits(time, days, weekdays)) {
        time = time.plusMinutes(1);
      }
      assertThat(CronExpression.parse(text).next(from))
          .as("seed %d: %s after %s", seed, text, from)
          .isEqualTo(time);
    }
  }

  private static boolean dayFits(LocalDateTime time, Set<Integer> days, Set<Integer> weekdays) {
    boolean day = days.contains(time.getDayOfMonth());
    boolean weekday =
        weekdays.contains(
            time.getDayOfWeek() == DayOfWeek.SUNDAY ? 0 : time.getDayOfWeek().getValue());
    return days.isEmpty() ? weekdays.isEmpty() || weekday : day || weekday;
  }

  private static Set<Integer> some(Random random, int from, int to) {
    Set<Integer> found = new TreeSet<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      found.add(from + random.nextInt(to - from + 1));
    }
    return found;
  }

  private static String list(Set<Integer> values) {
    return values.isEmpty() ? "*" : String.join(",", values.stream().map(String::valueOf).toList());
  }
}
