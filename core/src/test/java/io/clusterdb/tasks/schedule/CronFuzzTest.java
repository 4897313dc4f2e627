package io.clusterdb.tasks.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.clusterdb.tasks.Corpus;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * Cron expressions that make no sense, by a seed: each names times, or says what is wrong, soon.
 */
class CronFuzzTest {
  private static final int TEXTS = 20_000;
  private static final LocalDateTime START = LocalDateTime.of(2026, 1, 1, 0, 0);

  private static final List<String> PIECES =
      List.of(
          "*",
          "*/5",
          "0",
          "7",
          "59",
          "60",
          "-1",
          "1-5",
          "5-1",
          "1,2",
          ",",
          "L",
          "L-3",
          "LW",
          "15W",
          "W",
          "?",
          "MON",
          "MON#2",
          "5L",
          "#",
          "FEB",
          "29",
          "30",
          "31",
          "2",
          "/",
          "-",
          "99999999999999999999",
          "@daily",
          "\u0000",
          "é");

  @Test
  void anyExpressionNamesTimesOrSaysWhatIsWrong() {
    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(2),
        () -> {
          int read = 0;
          for (int seed = 0; seed < TEXTS; seed++) {
            read += isRead(text(new Random(seed)), "seed " + seed) ? 1 : 0;
          }
          assertThat(read).isBetween(TEXTS / 50, TEXTS - TEXTS / 50);
        });
  }

  @Test
  void whatWasFoundNamesTimesOrSaysWhatIsWrongStill() {
    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          for (String found : Corpus.of("cron")) {
            boolean unused = isRead(found, found.substring(0, Math.min(40, found.length())));
          }
        });
  }

  private static boolean isRead(String text, String which) {
    CronExpression cron;
    try {
      cron = CronExpression.parse(text);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).as(which).contains("expected a cron expression");
      return false;
    } catch (RuntimeException | StackOverflowError e) {
      return fail(which + ": an expression stops who reads it: " + text, e);
    }
    @Nullable LocalDateTime time = START;
    for (int i = 0; i < 40 && time != null; i++) {
      LocalDateTime next = cron.next(time);
      if (next != null) {
        assertThat(next).as("%s: %s", which, text).isAfter(time);
      }
      time = i % 4 == 3 && next != null ? next.plusMonths(1) : next;
    }
    return true;
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 4 + random.nextInt(3); i++) {
      if (i > 0) {
        text.append(' ');
      }
      // Mostly stars: of five odd fields one is wrong nearly always.
      text.append(random.nextInt(3) > 0 ? "*" : PIECES.get(random.nextInt(PIECES.size())));
      if (random.nextInt(12) == 0) {
        text.append(PIECES.get(random.nextInt(PIECES.size())));
      }
    }
    return text.toString();
  }
}
