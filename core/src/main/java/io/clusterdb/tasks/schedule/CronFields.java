package io.clusterdb.tasks.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks the fields of a cron expression for what the library would read in an unexpected way. */
final class CronFields {
  private static final int DAY_OF_MONTH = 3;
  private static final int MONTH = 4;
  private static final int DAY_OF_WEEK = 5;
  private static final List<String> NAMES =
      List.of("second", "minute", "hour", "day of month", "month", "day of week");
  private static final List<String> MONTHS =
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
  private static final List<String> DAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

  private static final Pattern RANGE = Pattern.compile("([A-Z0-9]+)-([A-Z0-9]+)(/[0-9]+)?");
  private static final Pattern SPECIAL_DAY_OF_MONTH =
      Pattern.compile("L|LW|L-([0-9]{1,2})|([0-9]{1,2})W");
  private static final Pattern SPECIAL_DAY_OF_WEEK =
      Pattern.compile("L|([0-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#([0-9]+))");

  private CronFields() {}

  /**
   * The six fields, in capitals.
   *
   * @throws IllegalArgumentException if an expression is wrong here
   */
  static List<String> check(String text) {
    List<String> fields = new ArrayList<>(List.of(text.strip().split("\\s+")));
    if (fields.size() == NAMES.size() - 1) {
      fields.addFirst("0");
    }
    if (fields.size() != NAMES.size()) {
      throw refused(text, fields.size() + (fields.size() == 1 ? " field" : " fields"));
    }
    for (int i = 0; i < fields.size(); i++) {
      fields.set(i, field(text, i, fields.get(i).toUpperCase(Locale.ROOT)));
    }
    return fields;
  }

  private static String field(String text, int place, String field) {
    if (field.equals("?") && (place == DAY_OF_MONTH || place == DAY_OF_WEEK)) {
      return "*";
    }
    String[] items = field.split(",", -1);
    for (String item : items) {
      Matcher special = special(place, item);
      if (special != null && items.length > 1) {
        throw refused(
            text, "the list %s for %s; L, W and # stand alone".formatted(field, NAMES.get(place)));
      }
      if (special == null) {
        checkRange(text, place, item);
      } else {
        checkSpecial(text, place, item, special);
      }
    }
    return field;
  }

  private static @Nullable Matcher special(int place, String item) {
    Pattern pattern =
        place == DAY_OF_MONTH
            ? SPECIAL_DAY_OF_MONTH
            : place == DAY_OF_WEEK ? SPECIAL_DAY_OF_WEEK : null;
    Matcher matcher = pattern == null ? null : pattern.matcher(item);
    return matcher != null && matcher.matches() ? matcher : null;
  }

  private static void checkSpecial(String text, int place, String item, Matcher matched) {
    String nth = place == DAY_OF_WEEK ? matched.group(3) : null;
    if (nth != null && !nth.matches("[1-5]")) {
      throw refused(text, item + "; a month has a weekday up to 5 times");
    }
    String before = place == DAY_OF_MONTH ? matched.group(1) : null;
    if (before != null && Integer.parseInt(before) > 27) {
      throw refused(text, item + "; L-27 is the farthest that every month has");
    }
    String near = place == DAY_OF_MONTH ? matched.group(2) : null;
    if (near != null && Integer.parseInt(near) > 28) {
      throw refused(
          text, item + "; 28W is the last that every month has, and LW is a month's last weekday");
    }
  }

  /** Weekdays go round, as in SAT-MON; elsewhere a range that does is most likely a mistake. */
  private static void checkRange(String text, int place, String item) {
    Matcher range = RANGE.matcher(item);
    if (place == DAY_OF_WEEK || !range.matches()) {
      return;
    }
    int from = value(place, range.group(1));
    int to = value(place, range.group(2));
    if (from >= 0 && to >= 0 && from > to) {
      throw refused(
          text,
          "the range %s for %s, which goes backwards; write two ranges with a comma"
              .formatted(item, NAMES.get(place)));
    }
  }

  private static int value(int place, String word) {
    if (word.matches("[0-9]{1,4}")) {
      return Integer.parseInt(word);
    }
    return place == MONTH ? MONTHS.indexOf(word) : DAYS.indexOf(word);
  }

  static IllegalArgumentException refused(String text, String found) {
    return new IllegalArgumentException(
        "expected a cron expression such as \"0 0 * * *\" (minute, hour, day of month, month, day"
            + " of week; seconds before them if there are six) or @daily, found \"%s\": %s"
                .formatted(text, found));
  }
}
