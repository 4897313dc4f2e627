package io.clusterdb.tasks.workflow;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Orders versions: runs of digits as numbers, all else as text, so that 1.10 is after 1.9. */
public final class VersionOrder implements Comparator<String> {
  /** The order. */
  public static final VersionOrder INSTANCE = new VersionOrder();

  private static final Pattern PART = Pattern.compile("\\d+|\\D+");

  private VersionOrder() {}

  @Override
  public int compare(String one, String other) {
    Matcher left = PART.matcher(one);
    Matcher right = PART.matcher(other);
    while (true) {
      boolean more = left.find();
      boolean moreRight = right.find();
      if (!more || !moreRight) {
        return more ? 1 : moreRight ? -1 : one.compareTo(other);
      }
      int order = parts(left.group(), right.group());
      if (order != 0) {
        return order;
      }
    }
  }

  private static int parts(String one, String other) {
    boolean numbers = Character.isDigit(one.charAt(0)) && Character.isDigit(other.charAt(0));
    if (!numbers) {
      return one.compareTo(other);
    }
    String left = one.replaceFirst("^0+(?=\\d)", "");
    String right = other.replaceFirst("^0+(?=\\d)", "");
    return left.length() != right.length()
        ? Integer.compare(left.length(), right.length())
        : left.compareTo(right);
  }
}
