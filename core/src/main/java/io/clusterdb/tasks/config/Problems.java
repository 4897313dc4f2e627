package io.clusterdb.tasks.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Collects what is wrong in one file. Not thread-safe. */
final class Problems {
  /** More would help nobody, and a file of a few megabytes may hold that many. */
  static final int MOST = 1_000;

  private static final int LONGEST = 600;
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
  private static final int MOST_SAID = 50_000;

  private final List<ConfigProblem> found = new ArrayList<>();
  private final Set<Said> said = new HashSet<>();

  private int times;

  /**
   * Adds a problem.
   *
   * @throws TooMany if there are enough
   */
  void add(Place place, String path, String message) {
    // A value that aliases share is read once for each use, but is wrong only once.
    if (said.add(new Said(place, message))) {
      found.add(new ConfigProblem(place.line(), place.column(), shown(path), shown(message)));
    }
    times++;
    if (found.size() >= MOST || times >= MOST_SAID) {
      throw new TooMany();
    }
  }

  /** Whether something is wrong at exactly this path. */
  boolean at(String path) {
    return found.stream().anyMatch(problem -> problem.path().equals(path));
  }

  /** How many were found so far. */
  int count() {
    return found.size();
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  /** By line. */
  List<ConfigProblem> sorted() {
    return found.stream().sorted().toList();
  }

  /** On one line and of a length that can be read, whatever the file holds. */
  private static String shown(String text) {
    String line = CONTROL.matcher(text).replaceAll(" ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }

  /** Ends the reading of a file that is all wrong. */
  static final class TooMany extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private record Said(Place place, String message) {}
}
