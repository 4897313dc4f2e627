package io.clusterdb.tasks.it.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What came of a schedule that fires each second. Pure.
 *
 * @param times those that it fired for, in their order
 */
record Ticks(List<Instant> times) {
  private static final String ID = "tick@";

  /**
   * From what is in its queue.
   *
   * @param attempts {@code ID/ATTEMPT} of each record, others' too
   */
  static Ticks of(Collection<String> attempts) {
    return new Ticks(
        attempts.stream()
            .filter(each -> isTick(each) && each.endsWith("/1"))
            .map(Ticks::planned)
            .sorted()
            .toList());
  }

  /** Whether a job is one of them. */
  static boolean isTick(String id) {
    return id.startsWith(ID);
  }

  /** The time that a job was planned for, by its id. */
  static Instant planned(String id) {
    return Instant.parse(id.substring(id.indexOf('@') + 1).replaceAll("/.*", ""));
  }

  /** Whether it fired for that time, or a later one. */
  boolean reach(Instant time) {
    return !times.isEmpty() && !times.getLast().isBefore(time);
  }

  /**
   * Seconds for which it did not fire, and that it stopped.
   *
   * @param until it was to go on until then at least
   */
  List<String> breaches(Instant until) {
    List<String> wrong = new ArrayList<>();
    for (int i = 1; i < times.size(); i++) {
      Instant last = times.get(i - 1);
      if (!Duration.between(last, times.get(i)).equals(Duration.ofSeconds(1))) {
        wrong.add("no tick between %s and %s".formatted(last, times.get(i)));
      }
    }
    if (!reach(until)) {
      wrong.add(
          "the last tick is that of %s, load went on until %s"
              .formatted(times.isEmpty() ? "no time" : times.getLast(), until));
    }
    return wrong;
  }
}
