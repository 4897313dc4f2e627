package io.clusterdb.tasks;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks of values that users hand in. */
final class Checks {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]*");

  /** As far as the YAML file goes. What is added to longer ones overflows. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private Checks() {}

  static void that(boolean holds, String expected, @Nullable Object found) {
    if (!holds) {
      Object shown = found instanceof Duration duration ? Durations.format(duration) : found;
      throw new IllegalArgumentException("expected " + expected + ", found " + shown);
    }
  }

  static void notNegative(String name, Duration value) {
    that(!value.isNegative(), "a duration of 0 or more for " + name, value);
    atMostLongest(name, value);
  }

  static void positive(String name, Duration value) {
    that(!value.isNegative() && !value.isZero(), "a duration above 0 for " + name, value);
    atMostLongest(name, value);
  }

  private static void atMostLongest(String name, Duration value) {
    that(value.compareTo(LONGEST) <= 0, "at most 36500d for " + name, value.toDays() + "d");
  }

  static void text(String name, @Nullable String value, int maxLength) {
    that(value != null && !value.isBlank(), "some text for " + name, value);
    if (value != null) {
      that(
          value.length() <= maxLength,
          "at most " + maxLength + " characters for " + name,
          value.length());
    }
  }

  static void topicPart(String what, String value) {
    that(
        NAME.matcher(value).matches() && value.length() <= 120,
        what + " of a-z, 0-9, _ and -, at most 120 characters",
        "\"" + value + "\"");
  }
}
