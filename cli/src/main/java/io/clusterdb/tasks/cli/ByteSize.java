package io.clusterdb.tasks.cli;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them, in powers of a thousand. */
final class ByteSize {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,3})?)\\s*([kmgtp]?)b?", Pattern.CASE_INSENSITIVE);

  private ByteSize() {}

  /**
   * Reads a size.
   *
   * @throws IllegalArgumentException if it is none
   */
  static long parse(String text) {
    Matcher found = FORM.matcher(text.strip());
    if (!found.matches()) {
      throw new IllegalArgumentException(
          "expected a size such as 800, 2kB, 1.5MB or 1TB, found \"" + text + "\"");
    }
    int power = "kmgtp".indexOf(found.group(2).toLowerCase(Locale.ROOT)) + 1;
    BigDecimal bytes =
        new BigDecimal(found.group(1)).movePointRight(found.group(2).isEmpty() ? 0 : 3 * power);
    if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException("expected a size of less than 9000 PB, found " + text);
    }
    return bytes.longValue();
  }

  /** Such as {@code 1.5 GB}. */
  static String format(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < UNITS.length - 1) {
      value /= 1_000;
      unit++;
    }
    return String.format(
        Locale.ROOT, value < 10 && unit > 0 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
  }
}
