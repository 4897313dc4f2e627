package io.clusterdb.tasks.schedule;

import com.cronutils.model.Cron;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A cron expression: five fields from minute to day of week, or six with seconds first, or a
 * nickname such as {@code @daily}. Both forms count weekdays alike: 0 or 7 is Sunday. Where day of
 * month and day of week are both given, a day needs to fit one of them. Knows no time zone.
 * Immutable and thread-safe.
 */
public final class CronExpression {
  /** Every nickname. */
  public static final List<String> NICKNAMES =
      List.of("@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually");

  private static final int MOST_KEPT = 2_000;
  private static final Map<String, CronExpression> KEPT = new ConcurrentHashMap<>();
  private static final LocalDateTime ANY_TIME = LocalDateTime.of(2024, 1, 1, 0, 0);

  /** Four years have every month of every length. */
  private static final int MONTHS = 48;

  private static final CronDefinition DEFINITION = definition();

  private final String text;
  private final ExecutionTime times;
  private final boolean everyHour;

  private CronExpression(String text, ExecutionTime times, boolean everyHour) {
    this.text = text;
    this.times = times;
    this.everyHour = everyHour;
  }

  /**
   * Reads an expression.
   *
   * @throws IllegalArgumentException if it is none, or one that never comes true, with what was
   *     expected and found
   */
  public static CronExpression parse(String text) {
    CronExpression kept = KEPT.get(text);
    if (kept != null) {
      return kept;
    }
    CronExpression read = read(text);
    if (KEPT.size() >= MOST_KEPT) {
      KEPT.clear();
    }
    KEPT.put(text, read);
    return read;
  }

  private static CronExpression read(String text) {
    String stripped = text.strip();
    boolean nickname = stripped.startsWith("@");
    List<String> fields = nickname ? List.of() : CronFields.check(text);
    String expression = nickname ? nickname(text) : String.join(" ", fields);
    boolean everyHour = nickname ? expression.equals("@hourly") : fields.get(2).equals("*");
    CronExpression read =
        new CronExpression(stripped, ExecutionTime.forCron(parsed(text, expression)), everyHour);
    if (next(text, read, ANY_TIME) == null) {
      throw CronFields.refused(text, "one that never comes true");
    }
    for (int month = 1; month < MONTHS; month++) {
      @Nullable LocalDateTime unused = next(text, read, ANY_TIME.plusMonths(month));
    }
    return read;
  }

  /**
   * The library throws where it comes upon a date that there is not, as it did for 31W in June:
   * what is asked for later, by a scheduler, is not to find that out.
   */
  private static @Nullable LocalDateTime next(
      String text, CronExpression read, LocalDateTime after) {
    try {
      return read.next(after);
    } catch (RuntimeException e) {
      throw CronFields.refused(
          text, "one whose times after " + after + " cannot be told: " + e.getMessage());
    }
  }

  private static Cron parsed(String text, String expression) {
    try {
      return new CronParser(DEFINITION).parse(expression).validate();
    } catch (IllegalArgumentException e) {
      String reason = String.valueOf(e.getMessage());
      throw CronFields.refused(
          text, reason.replaceFirst("^Failed to parse cron expression\\. ", ""));
    } catch (RuntimeException e) { // what the library did not expect, such as a # without numbers
      throw CronFields.refused(text, "fields that make no sense");
    }
  }

  private static String nickname(String text) {
    String word = text.strip().toLowerCase(Locale.ROOT);
    if (!NICKNAMES.contains(word)) {
      throw CronFields.refused(text, "none of " + String.join(", ", NICKNAMES));
    }
    return word;
  }

  private static CronDefinition definition() {
    return CronDefinitionBuilder.defineCron()
        .withSeconds()
        .withValidRange(0, 59)
        .and()
        .withMinutes()
        .withValidRange(0, 59)
        .and()
        .withHours()
        .withValidRange(0, 23)
        .and()
        .withDayOfMonth()
        .withValidRange(1, 31)
        .supportsL()
        .supportsW()
        .supportsLW()
        .and()
        .withMonth()
        .withValidRange(1, 12)
        .and()
        .withDayOfWeek()
        .withValidRange(0, 7)
        .withMondayDoWValue(1)
        .withIntMapping(7, 0)
        .supportsHash()
        .supportsL()
        .and()
        .withSupportedNicknameYearly()
        .withSupportedNicknameAnnually()
        .withSupportedNicknameMonthly()
        .withSupportedNicknameWeekly()
        .withSupportedNicknameDaily()
        .withSupportedNicknameMidnight()
        .withSupportedNicknameHourly()
        .instance();
  }

  /** The first time that it names after this one; null if none follows. */
  @Nullable LocalDateTime next(LocalDateTime after) {
    // As if in UTC, where every local time exists once: daylight saving is for CronTimes.
    return times
        .nextExecution(after.truncatedTo(ChronoUnit.SECONDS).atZone(ZoneOffset.UTC))
        .map(ZonedDateTime::toLocalDateTime)
        .orElse(null);
  }

  /** Whether it asks for every hour, so that no hour of the clock means more than another. */
  boolean everyHour() {
    return everyHour;
  }

  @Override
  public String toString() {
    return text;
  }
}
