package io.clusterdb.tasks.it.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an oracle counted, and what it found broken, guarantee by guarantee. */
final class Verdict {
  private static final int SHOWN = 10;

  private final Map<String, List<String>> counted = new LinkedHashMap<>();
  private final Map<String, List<String>> broken = new LinkedHashMap<>();

  /** Counts something, whether all is well or not. */
  void count(String guarantee, String text) {
    counted.computeIfAbsent(guarantee, any -> new ArrayList<>()).add(text);
  }

  /** Notes what is broken. */
  void breaches(String guarantee, Collection<String> found) {
    if (!found.isEmpty()) {
      broken.computeIfAbsent(guarantee, any -> new ArrayList<>()).addAll(found);
    }
  }

  /** Everything that is broken, the first few of each guarantee. */
  List<String> breaches() {
    List<String> all = new ArrayList<>();
    broken.forEach(
        (guarantee, found) -> {
          found.stream().limit(SHOWN).forEach(each -> all.add(guarantee + ": " + each));
          if (found.size() > SHOWN) {
            all.add("%s: and %d more".formatted(guarantee, found.size() - SHOWN));
          }
        });
    return all;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    counted.forEach(
        (guarantee, counts) -> {
          text.append("  ").append(guarantee).append(": ");
          text.append(broken.containsKey(guarantee) ? "BROKEN" : "kept").append('\n');
          counts.forEach(each -> text.append("    ").append(each).append('\n'));
        });
    breaches().forEach(each -> text.append("  ! ").append(each).append('\n'));
    return text.toString();
  }
}
