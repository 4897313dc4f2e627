package io.clusterdb.tasks.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody may have meant. */
public final class Suggestions {
  private static final int LONGEST = 64;

  private Suggestions() {}

  /** {@code ; did you mean "x"?}, or nothing where no candidate is near. */
  public static String hint(String found, Collection<String> candidates) {
    return nearest(found, candidates).map(near -> "; did you mean \"" + near + "\"?").orElse("");
  }

  /** The nearest candidate, if it is near enough to be a slip of the same word. */
  static Optional<String> nearest(String found, Collection<String> candidates) {
    String wanted = plain(found);
    if (wanted.isEmpty() || wanted.length() > LONGEST) {
      return Optional.empty();
    }
    int most = wanted.length() < 3 ? 0 : Math.max(1, wanted.length() / 3);
    return candidates.stream()
        .filter(candidate -> Math.abs(plain(candidate).length() - wanted.length()) <= most)
        .map(candidate -> new Ranked(candidate, distance(wanted, plain(candidate))))
        .filter(ranked -> ranked.distance <= most)
        .min(Comparator.comparingInt(Ranked::distance).thenComparing(Ranked::word))
        .map(Ranked::word);
  }

  /** Case, underscores and hyphens aside, so that maxAttempts is as near as can be. */
  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }

  /** Edit distance where swapping two neighbours is one edit (optimal string alignment). */
  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int cheapest(int[][] cost, String a, String b, int i, int j) {
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    int best = Math.min(cost[i - 1][j], cost[i][j - 1]) + 1;
    best = Math.min(best, cost[i - 1][j - 1] + (same ? 0 : 1));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }

  private record Ranked(String word, int distance) {}
}
