package io.clusterdb.tasks;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as the configuration, the command line and messages write them: {@code 500ms}, {@code
 * 30s}, {@code 5m}, {@code 1h}, {@code 30d}, or several units from large to small as in {@code
 * 1h30m}.
 */
public final class Durations {
  private static final Pattern WHOLE = Pattern.compile("(?:\\d+(?:\\.\\d+)?(?:ms|s|m|h|d))+");
  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h|d)");
  private static final int MAX_LENGTH = 100; // the pattern recurses for each part
  private static final long MAX_MILLIS = Duration.ofDays(36_500).toMillis();

  private Durations() {}

  /**
   * Reads a duration.
   *
   * @throws IllegalArgumentException if {@code text} is not one, with what was expected
   */
  public static Duration parse(String text) {
    String trimmed = text.trim().toLowerCase(Locale.ROOT);
    if (trimmed.equals("0")) {
      return Duration.ZERO;
    }
    if (trimmed.length() > MAX_LENGTH || !WHOLE.matcher(trimmed).matches()) {
      throw new IllegalArgumentException(
          "expected a duration such as 500ms, 30s, 5m, 1h or 30d, found \"" + text + "\"");
    }
    double millis = 0;
    Matcher parts = PART.matcher(trimmed);
    while (parts.find()) {
      millis += Double.parseDouble(parts.group(1)) * millisOf(parts.group(2));
    }
    if (millis > MAX_MILLIS) {
      throw new IllegalArgumentException(
          "expected a duration of at most 36500d, found \"" + text + "\"");
    }
    return Duration.ofMillis(Math.round(millis));
  }

  /** Writes a duration in the shortest such form, rounded to milliseconds. */
  public static String format(Duration duration) {
    long rest = duration.toMillis();
    if (rest == 0) {
      return "0s";
    }
    StringBuilder text = new StringBuilder();
    if (rest < 0) {
      text.append('-');
      rest = -rest;
    }
    for (String unit : new String[] {"d", "h", "m", "s", "ms"}) {
      long size = (long) millisOf(unit);
      if (rest >= size) {
        text.append(rest / size).append(unit);
        rest %= size;
      }
    }
    return text.toString();
  }

  private static double millisOf(String unit) {
    return switch (unit) {
      case "ms" -> 1;
      case "s" -> 1_000;
      case "m" -> 60_000;
      case "h" -> 3_600_000;
      default -> 86_400_000;
    };
  }
}
